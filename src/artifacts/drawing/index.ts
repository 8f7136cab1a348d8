import type { Artifacts } from '../../contracts/artifacts.js';
import type { Job } from '../../contracts/protocol.js';
import type { Picture } from '../../contracts/picture.js';
import type { Task, TaskResult } from '../../contracts/results.js';
import type { Notify } from '../../contracts/spec.js';
import { artifactOf, writeArtifact } from '../artifact-file.js';
import { IMAGE_ENDINGS } from '../encode.js';
import { drawResult } from './draw.js';
import type { Script } from './scripts.js';
import { missingScripts } from './text.js';

export { drawResult } from './draw.js';

const noFont = ({ name, install }: Script): string =>
  `no font on this machine has some ${name === undefined ? '' : `${name} `}characters of the drawn texts: ` +
  `install one (Debian, Ubuntu: ${install}) or name one with FDEPLOY_FONT`;

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
  const missing = new Set(textsOf(result).flatMap((text) => [...missingScripts(text ?? '')]));
  for (const script of missing) notify(noFont(script));
  await writeArtifact(folder, artifactOf(job.source, IMAGE_ENDINGS[imageFormat], base), drawn);
}
