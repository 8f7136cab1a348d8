import { dilate2x2 } from '#src/ops/binary-map.js';
import { contourPoints, findContours } from '#src/ops/contours.js';
import { pairs } from '../support/points.js';
import { readVector, vectorCases } from '../support/vectors.js';

describe('findContours', () => {
  test.each(vectorCases('find_contours'))('$name: borders, order and corners of cv2', ({ input, output }) => {
    const { data, shape } = readVector(input);
    const contours = findContours(data as Uint8Array, shape[1]!, shape[0]!);
    const found = Array.from({ length: contours.count }, (_, i) => pairs(contourPoints(contours, i)));
    expect(found).toEqual(output);
  });
});

describe('dilate2x2', () => {
  test.each(vectorCases('dilate'))('$name', ({ input, output }) => {
    const { data, shape } = readVector(input);
    const dilated = dilate2x2(data as Uint8Array, shape[1]!, shape[0]!);
    expect(Buffer.from(dilated).equals(Buffer.from(readVector(output).data as Uint8Array))).toBe(true);
  });
});
