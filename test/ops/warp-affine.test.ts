import { readFileSync } from 'node:fs';
import { warpAffine } from '#src/ops/warp-affine.js';

interface WarpCase {
  keep_res: boolean;
  input_w: number;
  input_h: number;
  /** Row by row: scale, 0, shift of x; 0, scale, shift of y. */
  matrix: [number, number, number, number, number, number];
  output: number[];
}

const file = new URL('../../fixtures/detection/warp-affine.json', import.meta.url);
const vector = JSON.parse(readFileSync(file, 'utf8')) as {
  width: number;
  height: number;
  input: number[];
  cases: WarpCase[];
};

test.each(vector.cases)('equals cv2.warpAffine to the bit ($input_w x $input_h)', (one) => {
  const { width, height } = vector;
  const source = { data: Uint8Array.from(vector.input), width, height, channels: 3 };
  const [scale, , shiftX, , , shiftY] = one.matrix;
  const { data } = warpAffine(source, scale, shiftX, shiftY, one.input_w, one.input_h);
  expect([...data]).toEqual(one.output);
});
