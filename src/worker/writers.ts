import type { ArtifactWriter, ArtifactWriters } from './artifacts.js';

/** Loaded by the runs that draw, and by no other. */
const drawings: ArtifactWriter = async (predicted, folder) => {
  const { writeDrawing } = await import('../drawing/index.js');
  return writeDrawing(predicted, folder);
};

/** What can be written beside the records. */
export const writers: ArtifactWriters = { drawings };
