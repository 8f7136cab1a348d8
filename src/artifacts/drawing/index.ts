import type { Artifacts } from '../../contracts/artifacts.js';
import type { Job } from '../../contracts/protocol.js';
import type { Picture } from '../../contracts/picture.js';
import type { Task, TaskResult } from '../../contracts/results.js';
import type { Notify } from '../../contracts/spec.js';
import { artifactOf, writeArtifact } from '../artifact-file.js';
import { IMAGE_ENDINGS } from '../encode.js';
import { drawResult } from './draw.js';
import { lacksFont } from './text.js';

export { drawResult } from './draw.js';

const NO_FONT =
  'no font on this machine has some characters of the drawn texts: ' +
  'install one (Chinese, Japanese, Korean: fonts-noto-cjk) or name one with FDEPLOY_FONT';

/** All texts in a drawing of the result. */
function textsOf(result: TaskResult): (string | null | undefined)[] {
  if ('lines' in result) return result.lines.map(({ text }) => text);
  const items = 'classes' in result ? result.classes : 'objects' in result ? result.objects : result.segments;
  return items.map(({ label }) => label);
}

/**
 * Writes a picture with its result drawn on it into `folder`, at its `artifactOf`. The mask of a segmentation must be runs.
 *
 * @param notify receives messages about characters that no font has
 * @throws FdeployError ARTIFACT_FAILED
 */
export async function writeDrawing(
  predicted: { job: Job; picture: Picture; task: Task; result: TaskResult },
  folder: string,
  { base, imageFormat = 'png' }: Artifacts,
  notify: Notify,
): Promise<void> {
  const { job, picture, task, result } = predicted;
  const drawn = await drawResult(picture, task, result, imageFormat);
  if (textsOf(result).some((text) => lacksFont(text ?? ''))) notify(NO_FONT);
  await writeArtifact(folder, artifactOf(job.source, IMAGE_ENDINGS[imageFormat], base), drawn);
}
