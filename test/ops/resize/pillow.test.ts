import { pilResize, type PilFilter } from '#src/ops/resize/pillow.js';
import { largestDifference } from '../../support/difference.js';
import { readPicture, readVector, vectorCases } from '../../support/vectors.js';

interface Params {
  width: number;
  height: number;
  interpolation: PilFilter;
}

describe("pilResize gives the bits of Pillow's resize", () => {
  test.each(vectorCases<Params>('pil_resize'))('$name', ({ params, input, output }) => {
    const { width, height, interpolation } = params;
    const resized = pilResize(readPicture(input), width, height, interpolation);
    expect(resized).toMatchObject({ width, height, channels: 3 });
    expect(largestDifference(resized.data, readVector(output).data)).toBe(0);
  });
});
