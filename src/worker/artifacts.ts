import { FdeployError } from '../contracts/errors.js';
import type { ArtifactFolders, Job, JobOutcome } from '../contracts/protocol.js';
import type { Picture } from '../contracts/picture.js';

export type OkOutcome = Extract<JobOutcome, { status: 'ok' }>;

/**
 * Writes one thing beside the record of a predicted picture, into `folder`.
 * @returns the outcome as the record shall have it
 * @throws FdeployError ARTIFACT_FAILED; it becomes the picture's error record
 */
export type ArtifactWriter = (
  folder: string,
  job: Job,
  picture: Picture,
  outcome: OkOutcome,
) => Promise<OkOutcome>;

/** One writer for each folder that a run can have. */
export type ArtifactWriters = Readonly<Partial<Record<keyof ArtifactFolders, ArtifactWriter>>>;

/** Drawings come first: they need the runs of a mask, which its file takes out of the record. */
const ORDER = ['drawings', 'masks'] as const satisfies (keyof ArtifactFolders)[];

/** Writes what the run asks for, one after the other, and gives the outcome for the record. */
export async function writeArtifacts(
  writers: ArtifactWriters,
  folders: ArtifactFolders,
  job: Job,
  picture: Picture,
  outcome: OkOutcome,
): Promise<OkOutcome> {
  let written = outcome;
  for (const kind of ORDER) {
    const folder = folders[kind];
    if (folder === undefined) continue;
    const write = writers[kind];
    if (!write) throw new FdeployError('INTERNAL', `Nothing writes ${kind}.`);
    written = await write(folder, job, picture, written);
  }
  return written;
}
