import { resize, resizeByFactor, type Interpolation } from '#src/ops/resize/opencv.js';
import { largestDifference } from '../../support/difference.js';
import { readVector, vectorCases } from '../../support/vectors.js';

interface BySize {
  width: number;
  height: number;
  interpolation: Interpolation;
}
interface ByFactor {
  fx: number;
  fy: number;
  interpolation: Interpolation;
}

function gridOf(vector: unknown) {
  const { data, shape } = readVector(vector);
  const [height, width, channels = 1] = shape as [number, number, number?];
  return { data, width, height, channels };
}

/** Bytes: equal, cubic within one grey level; float32: within 1e-5 of the values' range. */
function tolerance(data: Uint8Array | Float32Array, interpolation: Interpolation): number {
  if (data instanceof Uint8Array) return interpolation === 'cubic' ? 1 : 0;
  let low = Infinity;
  let high = -Infinity;
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return 1e-5 * (high - low);
}

describe('resize gives what cv2.resize by size gives', () => {
  test.each(vectorCases<BySize>('resize'))('$name', ({ params, input, output }) => {
    const source = gridOf(input);
    const { width, height, interpolation } = params;
    const resized = resize(source, width, height, interpolation);
    expect(resized).toMatchObject({ width, height, channels: source.channels });
    expect(largestDifference(resized.data, readVector(output).data)).toBeLessThanOrEqual(
      tolerance(source.data, interpolation),
    );
  });
});

describe('resizeByFactor gives what cv2.resize by fx and fy gives', () => {
  test.each(vectorCases<ByFactor>('resize_fxfy'))('$name', ({ params, input, output }) => {
    const source = gridOf(input);
    const expected = gridOf(output);
    const resized = resizeByFactor(source, params.fx, params.fy, params.interpolation);
    expect(resized).toMatchObject({ width: expected.width, height: expected.height });
    expect(largestDifference(resized.data, expected.data)).toBeLessThanOrEqual(
      tolerance(source.data, params.interpolation),
    );
  });
});

test('cubic bytes equal those of the builds with IPP, but for a value that lies between two of them', () => {
  // IPP takes 1, 3 and 4 channels
  const cases = vectorCases<BySize>('resize').filter(
    ({ params, input }) =>
      params.interpolation === 'cubic' && gridOf(input).height > 1 && gridOf(input).channels !== 2,
  );
  let values = 0;
  let different = 0;
  for (const { params, input, output } of cases) {
    const source = gridOf(input);
    if (!(source.data instanceof Uint8Array)) continue;
    const { data } = resize(source, params.width, params.height, 'cubic');
    const expected = readVector(output).data;
    values += expected.length;
    different += expected.filter((value, i) => value !== data[i]).length;
  }
  expect(values).toBeGreaterThan(50_000);
  expect(different).toBeLessThanOrEqual(1);
});
