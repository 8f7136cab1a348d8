import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loadSharp } from '../images/sharp-settings.js';

const [WIDTH, HEIGHT] = [500, 375];

/** A JPEG used if no pictures are named: soft shapes and some grain, of the size of an ImageNet picture. */
export async function withBuiltInPicture<T>(use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fdeploy-bench-'));
  try {
    const file = path.join(folder, 'built-in.jpg');
    const sharp = await loadSharp();
    await sharp(pixels(), { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(file);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pixels(): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  let state = 1;
  for (let at = 0, y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      for (let channel = 0; channel < 3; channel++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const grain = state / 2 ** 32 - 0.5;
        const wave =
          Math.sin(x / (23 + 9 * channel)) + Math.cos(y / (31 - 5 * channel)) + Math.sin((x + y) / 57);
        data[at++] = 128 + 38 * wave + 20 * grain;
      }
    }
  }
  return data;
}
