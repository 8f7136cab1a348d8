import type { Job } from '../contracts/protocol.js';
import type { Picture } from '../contracts/picture.js';
import type { Task, TaskResult } from '../contracts/results.js';
import { artifactPath, writeArtifact } from '../images/artifact.js';
import { drawResult } from './draw.js';

export { drawResult } from './draw.js';

/**
 * Writes a picture with its result drawn on it into `folder`, at the place that `artifactPath` gives the picture.
 * A segmentation's mask must still be runs.
 *
 * @returns the result as it came
 * @throws FdeployError ARTIFACT_FAILED
 */
export async function writeDrawing(
  predicted: { job: Job; picture: Picture; task: Task; result: TaskResult },
  folder: string,
): Promise<TaskResult> {
  const { job, picture, task, result } = predicted;
  const png = await drawResult(picture, task, result);
  await writeArtifact(folder, artifactPath(job.image, '.png', job.imageBytes), png);
  return result;
}
