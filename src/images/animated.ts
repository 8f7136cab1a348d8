import { gifBlocks } from './headers/gif.js';

/** Whether the file is a GIF or WebP with several frames. */
export function isAnimated(file: Buffer): boolean {
  const mark = file.toString('latin1', 0, 4);
  if (mark === 'RIFF') return file.toString('latin1', 8, 16) === 'WEBPVP8X' && (file[20]! & 2) !== 0;
  if (mark !== 'GIF8') return false;
  let pictures = 0;
  for (const { kind } of gifBlocks(file)) {
    if (kind === 'picture') pictures++;
    if (pictures > 1) return true;
  }
  return false;
}
