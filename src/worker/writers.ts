import type { ArtifactWriter, ArtifactWriters } from './artifacts.js';

/** Loaded by the runs that draw, and by no other. */
const drawings: ArtifactWriter = async (predicted, folder) => {
  const { writeDrawing } = await import('../drawing/index.js');
  return writeDrawing(predicted, folder);
};

/** Loaded by the runs that write label maps. */
const masks: ArtifactWriter = async ({ job, result }, folder) => {
  if (!('segments' in result)) return result;
  const { writeMask } = await import('../tasks/segmentation/mask-file.js');
  return writeMask(result, job.image, job.imageBytes, folder);
};

/** What can be written beside the records. */
export const writers: ArtifactWriters = { drawings, masks };
