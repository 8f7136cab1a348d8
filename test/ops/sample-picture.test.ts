import { samplePicture, sourcePoint, type SamplingGrid } from '#src/ops/sample-picture.js';
import { readOcrPicture } from '../support/ocr.js';

const [ROWS, COLUMNS, AMOUNT] = [45, 31, 0.05];

/** The grid of the network in fixtures/ocr/document: planes of x and of y. */
function bentGrid(): SamplingGrid {
  const size = ROWS * COLUMNS;
  const points = new Float32Array(2 * size);
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const across = column / (COLUMNS - 1);
      points[row * COLUMNS + column] = 2 * across - 1;
      points[size + row * COLUMNS + column] =
        (2 * row) / (ROWS - 1) - 1 + 2 * AMOUNT * Math.sin(Math.PI * across);
    }
  }
  return { rows: ROWS, columns: COLUMNS, points, step: 1, toY: size };
}

/** The same points one by one. */
function interleaved({ points, toY, ...grid }: SamplingGrid): SamplingGrid {
  const pairs = Float32Array.from(points, (_, i) => points[(i % 2) * toY + (i >> 1)]!);
  return { ...grid, points: pairs, step: 2, toY: 1 };
}

test.each([
  ['planes', bentGrid()],
  ['pairs', interleaved(bentGrid())],
])('a picture is sampled as Paddle samples it: %s', async (_, grid) => {
  const { data, width, height } = await readOcrPicture('pictures/en_doc_a.png');
  const expected = await readOcrPicture('document/unwarped.png');
  const out = new Uint8Array(data.length);
  samplePicture(data, width, height, grid, out);
  expect([expected.width, expected.height]).toEqual([width, height]);
  let largest = 0;
  let different = 0;
  out.forEach((value, i) => {
    const difference = Math.abs(value - expected.data[i]!);
    largest = Math.max(largest, difference);
    if (difference > 0) different++;
  });
  expect(largest).toBeLessThanOrEqual(1);
  expect(different / out.length).toBeLessThan(0.01);
});

test('a point comes from where the grid says, at the nearest edge if that is outside', () => {
  const grid = bentGrid();
  const [width, height] = [561, 421];
  // x + 0, y + 0.05 * 420 * sin(pi * x / 560)
  const at = (x: number, y: number): number[] =>
    sourcePoint(grid, width, height, [x, y]).map((value) => Math.round(value * 1000) / 1000);
  expect(at(0, 100)).toEqual([0, 100]);
  expect(at(280, 100)).toEqual([280, 121]);
  expect(at(280, 415)).toEqual([280, 420]);
  expect(at(999, -5)).toEqual([560, 0]);
});

test('a picture of one pixel is sampled', () => {
  const out = new Uint8Array(3);
  const points = new Float32Array(2 * ROWS * COLUMNS);
  samplePicture(Uint8Array.of(10, 20, 30), 1, 1, { ...bentGrid(), points }, out);
  expect([...out]).toEqual([10, 20, 30]);
});
