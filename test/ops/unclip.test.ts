import { miniBox } from '#src/ops/min-area-rect.js';
import { unclip, unclipDistance } from '#src/ops/unclip.js';
import { largestDifference } from '../support/difference.js';
import { pairs } from '../support/points.js';
import { vectorCases } from '../support/vectors.js';

interface Expected {
  distance: number;
  paths: number[][][];
  mini_box: number[][];
}

test.each(vectorCases<{ unclip_ratio: number }>('unclip'))('$name', ({ params, input, output }) => {
  const box = Float64Array.from((input as { points: number[][] }).points.flat());
  const expected = output as Expected;
  expect(unclipDistance(box, params.unclip_ratio)).toBeCloseTo(expected.distance, 12);
  const polygons = unclip(box, params.unclip_ratio);
  expect(polygons.map((polygon) => pairs(polygon))).toEqual(expected.paths);
  if (polygons.length > 0) {
    expect(largestDifference(miniBox(polygons[0]!).box, expected.mini_box.flat())).toBeLessThan(1e-5);
  }
});
