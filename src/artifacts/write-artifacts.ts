import { FdeployError } from '../contracts/errors.js';
import type { ArtifactFolders, Job } from '../contracts/protocol.js';
import type { Picture } from '../contracts/picture.js';
import type { Task, TaskResult } from '../contracts/results.js';

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
  whole(): Promise<Picture>;
}

/**
 * Writes one kind of artifact into `folder`.
 * @returns the result for the record
 * @throws FdeployError ARTIFACT_FAILED; it becomes the picture's error record
 */
export type ArtifactWriter = (source: ArtifactSource, folder: string) => Promise<TaskResult>;

/** One writer for each folder a run can have. */
export type ArtifactWriters = Readonly<Partial<Record<keyof ArtifactFolders, ArtifactWriter>>>;

/** Drawings come first: they need the masks, which mask files remove from the result. */
const ORDER = ['drawings', 'masks'] as const satisfies (keyof ArtifactFolders)[];

/** Writes the artifacts that the run requests, in order, and returns the result for the record. */
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
