import type { ArtifactWriter, ArtifactWriters } from './artifacts.js';

/** Loaded by the runs that draw, and by no other. */
const drawings: ArtifactWriter = async (folder, job, picture, outcome) => {
  const { saveDrawing } = await import('../drawing/index.js');
  await saveDrawing(folder, job, picture, outcome);
  return outcome;
};

export const writers: ArtifactWriters = { drawings };
