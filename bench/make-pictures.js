/** Writes JPEGs of 500 x 375 with soft shapes and some grain, as photos have: `node bench/make-pictures.js <directory> [count]`. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const [directory, count = '200'] = process.argv.slice(2);
if (!directory) {
  console.error('usage: node bench/make-pictures.js <directory> [count]');
  process.exit(2);
}
const [width, height] = [500, 375];
mkdirSync(directory, { recursive: true });
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
for (let i = 0; i < Number(count); i++) {
  const waves = Array.from({ length: 9 }, () => [random() * 0.05, random() * 0.05, random() * 6]);
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let value = 128 + (random() - 0.5) * 24;
        for (let k = channel * 3; k < channel * 3 + 3; k++) {
          const [fx, fy, phase] = waves[k];
          value += 35 * Math.sin(fx * x + fy * y + phase);
        }
        data[at++] = Math.max(0, Math.min(255, value));
      }
    }
  }
  const file = path.join(directory, `${String(i).padStart(4, '0')}.jpg`);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toFile(file);
}
