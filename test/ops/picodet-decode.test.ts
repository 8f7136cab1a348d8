import { decodePicoDet, type PicoDetLevel } from '#src/ops/picodet-decode.js';
import { largestDifference } from '../support/difference.js';
import { readVector, vectorCases } from '../support/vectors.js';

interface Params {
  input_shape: [number, number];
  strides: number[];
  scale_factor: [number, number];
  score_threshold: number;
}

const [vector] = vectorCases<Params>('picodet_decode');
const { params, input, output } = vector!;
const heads = input as { scores: { shape: number[] }[]; boxes: unknown[] };
const { rows, decoded } = output as { rows: number[][]; decoded: unknown };
const [, width] = params.input_shape;
const classes = heads.scores[0]!.shape[2]!;
const levels = params.strides.map((stride, i): PicoDetLevel => ({
  scores: readVector(heads.scores[i]).data as Float32Array,
  distances: readVector(heads.boxes[i]).data as Float32Array,
  cells: heads.scores[i]!.shape[1]!,
  stride,
}));

test('every cell becomes the box that the suite decodes', () => {
  const { boxes, count } = decodePicoDet(levels, width, classes, -Infinity);
  const expected = readVector(decoded);
  expect(count).toBe(expected.shape[0]);
  expect(largestDifference(boxes, expected.data)).toBeLessThan(1e-4);
});

test('only cells above the threshold are decoded, and none that the suite keeps is missing', () => {
  const { boxes, scores, count } = decodePicoDet(levels, width, classes, params.score_threshold);
  expect(count).toBeLessThan(readVector(decoded).shape[0]!);
  const [scaleY, scaleX] = params.scale_factor;
  for (const [label, score, x0, y0] of rows as [number, number, number, number][]) {
    const at = Array.from({ length: count }, (_, i) => scores[i * classes + label]!).indexOf(score);
    expect(at).toBeGreaterThanOrEqual(0);
    expect(Math.max(boxes[at * 4]!, 0) / scaleX).toBeCloseTo(x0, 4);
    expect(Math.max(boxes[at * 4 + 1]!, 0) / scaleY).toBeCloseTo(y0, 4);
  }
});
