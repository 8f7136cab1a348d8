/** The process that decodes pictures for a report, so that a crash or hang affects only this process. */
import { FdeployError } from '../../contracts/errors.js';
import { loadSharp } from '../../images/sharp-settings.js';
import { makeThumbnail } from './make.js';
import type { FromThumbnailProcess, ThumbnailRequest } from './messages.js';

async function answer(request: ThumbnailRequest): Promise<FromThumbnailProcess> {
  try {
    return { type: 'made', thumbnail: await makeThumbnail(request) };
  } catch (error) {
    return { type: 'refused', missing: error instanceof FdeployError && error.code === 'IMAGE_MISSING' };
  }
}

process.on('message', (request: ThumbnailRequest) => {
  void answer(request).then((message) => process.send?.(message));
});
// Decoding runs in other threads while this one listens. The parent is gone, so exit at once.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
// A terminal sends Ctrl-C to the whole group: the parent decides.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

const say = (message: FromThumbnailProcess): void => {
  process.send?.(message);
};
loadSharp().then(
  () => {
    say({ type: 'ready' });
  },
  (error: unknown) => {
    say({ type: 'failed', reason: String(error) });
  },
);
