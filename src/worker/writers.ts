import { release } from '../images/release.js';
import type { ArtifactWriter, ArtifactWriters } from './artifacts.js';

/** Loaded by the runs that draw, and by no other. */
const drawings: ArtifactWriter = async (source, folder) => {
  const { writeDrawing } = await import('../drawing/index.js');
  const picture = await source.whole();
  try {
    return await writeDrawing({ ...source, picture }, folder);
  } finally {
    if (picture !== source.picture) release(picture.data);
  }
};

/** Loaded by the runs that write label maps. */
const masks: ArtifactWriter = async ({ job, result }, folder) => {
  if (!('segments' in result)) return result;
  const { writeMask } = await import('../tasks/segmentation/mask-file.js');
  return writeMask(result, job.image, job.imageBytes, folder);
};

/** What can be written beside the records. */
export const writers: ArtifactWriters = { drawings, masks };
