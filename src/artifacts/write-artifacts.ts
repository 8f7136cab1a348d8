import { FdeployError } from '../contracts/errors.js';
import type { ArtifactFolders, Job } from '../contracts/protocol.js';
import type { Picture } from '../contracts/picture.js';
import type { Task, TaskResult } from '../contracts/results.js';

/** A predicted picture. */
export interface Predicted {
  job: Job;
  /** As the network got it: where it was decoded smaller, `original` has its size. */
  picture: Picture;
  task: Task;
  result: TaskResult;
}

/** What an artifact is made from. */
export interface ArtifactSource extends Predicted {
  /** The picture with all its pixels. */
  whole(): Promise<Picture>;
}

/**
 * Writes one thing beside the records, into `folder`.
 * @returns the result as the record shall hold it
 * @throws FdeployError ARTIFACT_FAILED; it becomes the picture's error record
 */
export type ArtifactWriter = (source: ArtifactSource, folder: string) => Promise<TaskResult>;

/** One writer for each folder a run can have. */
export type ArtifactWriters = Readonly<Partial<Record<keyof ArtifactFolders, ArtifactWriter>>>;

/** Drawings come first: they need the masks that a mask file takes out of the result. */
const ORDER = ['drawings', 'masks'] as const satisfies (keyof ArtifactFolders)[];

/** Writes what the run asks for, one after the other, and gives the result for the record. */
export async function writeArtifacts(
  source: ArtifactSource,
  folders: ArtifactFolders,
  writers: ArtifactWriters,
): Promise<TaskResult> {
  let result = source.result;
  for (const kind of ORDER) {
    const folder = folders[kind];
    if (folder === undefined) continue;
    const write = writers[kind];
    if (!write) throw new FdeployError('INTERNAL', `Nothing writes ${kind}.`);
    result = await write({ ...source, result }, folder);
  }
  return result;
}
