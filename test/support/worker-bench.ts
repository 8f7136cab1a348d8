import { setImmediate } from 'node:timers/promises';
import type { Model, ModelHandle } from '#src/contracts/model.js';
import type { NeededSize, Picture } from '#src/contracts/picture.js';
import type { FromWorker, Job, ToWorker } from '#src/contracts/protocol.js';
import type { StageTimes } from '#src/contracts/results.js';
import { WorkerLoop } from '#src/worker/loop.js';
import type { WorkerParts } from '#src/worker/loop.js';
import { jobOf } from '../support/list-feed.js';

export const HANDLE: ModelHandle = {
  task: 'classification',
  name: 'fake',
  config: undefined,
  runtimes: {},
  decode: { background: 'drop', acceptTruncated: false, maxPixels: 1 },
};

/** A picture that carries its name in its size. */
export const picture = (width: number, height = 1): Picture => ({
  data: new Uint8Array(3),
  width,
  height,
  channels: 3,
  order: 'rgb',
});
const job = (index: number): Job => jobOf(index, String(index));

interface BenchModel {
  /** What happens in an inference of pictures of these widths. */
  run?: (widths: number[]) => Promise<void> | void;
  neededSize?: NeededSize;
  /** What the model says that it took for each picture. */
  ms?: Omit<StageTimes, 'decode'>;
}

/** A worker's loop whose every step a test can hold, and what it said. */
export class WorkerBench {
  readonly events: (FromWorker | string)[] = [];
  readonly #posted: FromWorker[] = [];
  #listener: ((message: ToWorker) => void) | undefined;
  closed = false;
  /** Held by a test that wants to see what happens while a message is on its way. */
  line: Promise<void> = Promise.resolve();

  constructor(parts: Partial<WorkerParts> & BenchModel = {}) {
    const model: Pick<Model, 'task' | 'name' | 'run' | 'close' | 'neededSize'> = {
      task: 'classification',
      name: 'fake',
      ...(parts.neededSize && { neededSize: parts.neededSize }),
      run: async (pictures) => {
        this.events.push(`run ${pictures.map(({ width }) => width).join(',')}`);
        await parts.run?.(pictures.map(({ width }) => width));
        const { ms = { preprocess: 1, inference: 1, postprocess: 1 } } = parts;
        return pictures.map(({ width }) => ({
          result: { classes: [{ id: width, label: null, score: 1 }] },
          ms,
        }));
      },
      close: () => {
        this.events.push('close');
        return Promise.resolve();
      },
    };
    new WorkerLoop(
      {
        post: async (message) => {
          await this.line;
          this.events.push(message);
          this.#posted.push(message);
        },
        on: (listener) => (this.#listener = listener),
        off: () => (this.#listener = undefined),
        close: () => (this.closed = true),
      },
      {
        open: () => Promise.resolve(model as Model),
        read: ({ name }) => Promise.resolve({ bytes: Buffer.from('file'), name }),
        decode: ({ name }) => Promise.resolve(picture(Number(name))),
        writers: {},
        rss: () => 7,
        ...parts,
      },
    );
  }

  send(message: ToWorker): void {
    this.#listener?.(message);
  }

  start(batchSize = 1, decodeAhead = 2, artifacts: { drawings?: string } = {}): void {
    this.send({
      type: 'start',
      settings: { handle: HANDLE, batchSize, decodeAhead, decodeIn: 'libuv', artifacts },
    });
  }

  predict(...indices: number[]): void {
    this.send({ type: 'predict', jobs: indices.map(job) });
  }

  /** Times of the pictures that were predicted, by index. */
  get times(): Map<number, StageTimes> {
    const answers = this.#posted.flatMap((message) => (message.type === 'done' ? message.answers : []));
    return new Map(
      answers.flatMap(({ index, outcome }) => (outcome.status === 'ok' ? [[index, outcome.ms]] : [])),
    );
  }

  get answers(): [index: number, outcome: string][] {
    return this.#posted.flatMap((message) =>
      message.type === 'done'
        ? message.answers.map(({ index, outcome }): [number, string] => [
            index,
            outcome.status === 'ok' ? 'ok' : outcome.error.code,
          ])
        : [],
    );
  }
}

/** Lets everything happen that can. */
export async function settle(turns = 30): Promise<void> {
  for (let i = 0; i < turns; i++) await setImmediate();
}
