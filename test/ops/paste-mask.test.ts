import { readFileSync } from 'node:fs';
import { pasteMask } from '#src/ops/paste-mask.js';

interface PasteCase {
  width: number;
  height: number;
  size: number;
  box: [number, number, number, number];
  mask: number[];
  inside: number[];
}

const file = new URL('../../fixtures/detection/paste-mask.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: PasteCase[] };

test.each(cases)('pastes a mask into the box $box as PaddleDetection does', (one) => {
  const mask = { data: Float32Array.from(one.mask), width: one.size, height: one.size };
  const pasted = pasteMask(mask, one.box, one, 0.5);
  expect(pasted.filter((value) => value === 1).length).toBeGreaterThan(0);
  expect([...pasted]).toEqual(one.inside);
});
