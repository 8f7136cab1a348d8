import type { Notify } from '../contracts/spec.js';
import type { ArtifactWriters } from './write-artifacts.js';

/**
 * Writers for all kinds of artifacts, each only loaded if the run writes it.
 * @param notify receives messages for the user
 */
export function makeWriters(notify: Notify): ArtifactWriters {
  return {
    drawings: async ({ job, task, result, whole }, folder, artifacts) => {
      const { writeDrawing } = await import('./drawing/index.js');
      await writeDrawing({ job, picture: await whole(), task, result }, folder, artifacts, notify);
      return result;
    },
    crops: async ({ job, result, whole }, folder, artifacts) => {
      const { writeCrops } = await import('./crops.js');
      await writeCrops(job.source, await whole(), result, folder, artifacts);
      return result;
    },
    masks: async ({ job, result }, folder, { base }) => {
      if (!('segments' in result)) return result;
      const { writeMask } = await import('./mask-file.js');
      return writeMask(result, job.source, folder, base);
    },
  };
}
