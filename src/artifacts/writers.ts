import type { Notify } from '../contracts/spec.js';
import { release } from '../images/release.js';
import type { ArtifactWriter, ArtifactWriters } from './write-artifacts.js';

/** Only loaded if label maps are written. */
const masks: ArtifactWriter = async ({ job, result }, folder) => {
  if (!('segments' in result)) return result;
  const { writeMask } = await import('./mask-file.js');
  return writeMask(result, job.source, folder);
};

/**
 * Writers for all kinds of artifacts.
 * @param notify receives messages for the user
 */
export function makeWriters(notify: Notify): ArtifactWriters {
  return {
    /** Only loaded if drawings are written. */
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
