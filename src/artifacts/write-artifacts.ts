import { ARTIFACT_KINDS, type ArtifactKind, type Artifacts } from '../contracts/artifacts.js';
import { FdeployError } from '../contracts/errors.js';
import type { Job } from '../contracts/protocol.js';
import type { Picture } from '../contracts/picture.js';
import type { Task, TaskResult } from '../contracts/results.js';
import { release } from '../images/release.js';

/** A predicted picture. */
export interface Predicted {
  job: Job;
  /** As decoded for the network. If it was decoded at a reduced size, `original` has its size. */
  picture: Picture;
  task: Task;
  result: TaskResult;
}

/** The input of an artifact writer. */
export interface ArtifactSource extends Predicted {
  /** The picture at full size. */
  readonly whole: () => Promise<Picture>;
}

/**
 * Writes one kind of artifact into `folder`.
 * @returns the result for the record
 * @throws FdeployError ARTIFACT_FAILED; it becomes the picture's error record
 */
export type ArtifactWriter = (
  source: ArtifactSource,
  folder: string,
  artifacts: Artifacts,
) => Promise<TaskResult>;

/** One writer for each kind that a run can have. */
export type ArtifactWriters = Readonly<Partial<Record<ArtifactKind, ArtifactWriter>>>;

/** Writes the artifacts that the run requests, in the order of their kinds, and returns the result for the record. */
export async function writeArtifacts(
  source: ArtifactSource,
  artifacts: Artifacts,
  writers: ArtifactWriters,
): Promise<TaskResult> {
  let decoded: Promise<Picture> | undefined;
  const whole = (): Promise<Picture> => (decoded ??= source.whole());
  let { result } = source;
  try {
    for (const kind of ARTIFACT_KINDS) {
      const folder = artifacts[kind];
      if (folder === undefined) continue;
      const write = writers[kind];
      if (!write) throw new FdeployError('INTERNAL', `Nothing writes ${kind}.`);
      result = await write({ ...source, result, whole }, folder, artifacts);
    }
  } finally {
    const picture = await decoded?.catch(() => undefined); // the writer has thrown it
    if (picture && picture !== source.picture) release(picture.data);
  }
  return result;
}
