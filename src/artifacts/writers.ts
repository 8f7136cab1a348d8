import type { Notify } from '../contracts/spec.js';
import { release } from '../images/release.js';
import type { ArtifactWriter, ArtifactWriters } from './write-artifacts.js';

/** Loaded by the runs that write label maps. */
const masks: ArtifactWriter = async ({ job, result }, folder) => {
  if (!('segments' in result)) return result;
  const { writeMask } = await import('./mask-file.js');
  return writeMask(result, job.source, folder);
};

/**
 * What can be written beside the records.
 * @param notify hears what a person should know of it
 */
export function makeWriters(notify: Notify): ArtifactWriters {
  return {
    /** Loaded by the runs that draw, and by no other. */
    drawings: async (source, folder) => {
      const { writeDrawing } = await import('./drawing/index.js');
      const picture = await source.whole();
      try {
        return await writeDrawing({ ...source, picture }, folder, notify);
      } finally {
        if (picture !== source.picture) release(picture.data);
      }
    },
    masks,
  };
}
