import { polygonScore } from '#src/ops/box-score.js';
import { readVector, vectorCases } from '../support/vectors.js';

test.each(vectorCases<{ box: number[][] }>('box_score_fast'))('$name', ({ params, input, output }) => {
  const { data, shape } = readVector(input);
  const map = { data: data as Float32Array, width: shape[1]!, height: shape[0]! };
  const { score } = output as { score: number };
  expect(polygonScore(map, Float32Array.from(params.box.flat()))).toBeCloseTo(score, 12);
});
