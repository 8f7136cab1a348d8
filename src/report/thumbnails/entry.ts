/** The process that decodes pictures for a report: what hangs or crashes here ends this process alone. */
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
// Decoding goes on in threads of its own while this one listens: nobody is left who wants the picture.
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
