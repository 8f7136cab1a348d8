import { convexHull } from '#src/ops/convex-hull.js';
import { boxPoints, minAreaRect, miniBox } from '#src/ops/min-area-rect.js';
import { polygonArea, polygonLength } from '#src/ops/polygon.js';
import { pairs } from '../support/points.js';
import { vectorCases } from '../support/vectors.js';

interface Expected {
  box_points: number[][];
  mini_box: number[][];
  short_side: number;
  contour_area: number;
  arc_length_closed: number;
  convex_hull: number[][];
}

// The vectors come from one OpenCV; every step is rounded as there, so the numbers are the same to the bit.
describe.each(vectorCases('contour'))('$name', ({ input, output }) => {
  const { points } = input as { points: number[][] };
  const flat = Int32Array.from(points.flat());
  const expected = output as Expected;

  test('hull', () => {
    expect(convexHull(flat).map((i) => points[i])).toEqual(expected.convex_hull);
  });
  test('box of least area', () => {
    expect(pairs(boxPoints(minAreaRect(flat)))).toEqual(expected.box_points);
  });
  test('ordered box and short side', () => {
    const { box, shortSide } = miniBox(flat);
    expect(pairs(box)).toEqual(expected.mini_box);
    expect(shortSide).toBe(expected.short_side);
  });
  test('area and length', () => {
    expect(polygonArea(flat)).toBe(expected.contour_area);
    expect(polygonLength(flat)).toBeCloseTo(expected.arc_length_closed, 9);
  });
});
