import type { JobOutcome } from '../contracts/protocol.js';
import type { Picture } from '../contracts/picture.js';
import { artifactPath, writeArtifact } from '../images/artifact.js';
import { drawResult } from './draw.js';

export { drawResult } from './draw.js';

/**
 * Writes the drawn picture of a result into `folder`, at the place that `artifactPath` gives the picture.
 *
 * @param image the path as it stands in the record
 * @param outcome must still hold a segmentation's mask as runs
 * @returns the written file
 * @throws FdeployError ARTIFACT_FAILED
 */
export async function saveDrawing(
  folder: string,
  image: { image: string; imageBytes?: string },
  picture: Picture,
  outcome: Extract<JobOutcome, { status: 'ok' }>,
): Promise<string> {
  const png = await drawResult(picture, outcome.task, outcome.result);
  return writeArtifact(folder, artifactPath(image.image, '.png', image.imageBytes), png);
}
