import { asFdeployError, serializeError } from '../contracts/errors.js';
import type { Prediction } from '../contracts/model.js';
import type { Picture } from '../contracts/picture.js';
import type { Answer, Job, JobOutcome } from '../contracts/protocol.js';
import type { StageTimes, Task, TaskResult } from '../contracts/results.js';
import type { Predicted } from '../artifacts/write-artifacts.js';

/** A decoded picture that waits for its inference. */
export interface Decoded {
  job: Job;
  picture: Picture;
  decodeMs: number;
}

/** A predicted picture before its answer. */
export interface Finished extends Predicted {
  ms: StageTimes;
}

/** The outcome of each picture of a batch. */
export type Inferred = ({ finished: Finished } | { failed: Answer })[];

/** Runs the model on a batch after the dispatcher was notified. */
export type RunBatch = (batch: readonly Decoded[]) => Promise<Prediction<TaskResult>[]>;

/** One inference for all pictures; if it fails, one for each, so that a bad picture does not fail the others. */
export async function infer(task: Task, batch: readonly Decoded[], run: RunBatch): Promise<Inferred> {
  try {
    const predictions = await run(batch);
    return batch.map(({ job, picture, decodeMs }, i) => {
      const { result, ms } = predictions[i]!;
      return { finished: { job, picture, task, result, ms: { decode: decodeMs, ...ms } } };
    });
  } catch (thrown) {
    const [{ job }] = batch as [Decoded];
    if (batch.length === 1) return [{ failed: { index: job.index, outcome: failure(thrown, job) } }];
  }
  const all: Inferred = [];
  for (const one of batch) all.push(...(await infer(task, [one], run)));
  return all;
}

/** Converts an error to the answer for a picture. */
export function failure(thrown: unknown, { source }: Job): JobOutcome {
  return { status: 'error', error: serializeError(asFdeployError(thrown, 'INTERNAL', source.name)) };
}
