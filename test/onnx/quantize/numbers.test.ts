import { quantizeWeights, uint8Parameters } from '#src/onnx/quantize/index.js';

test.each([
  // By hand: (1 + 1) / 255, zero at 127.5, which is rounded to the even 128.
  { range: [-1, 1], scale: 2 / 255, zero: 128 },
  // The range is widened to hold 0.
  { range: [1, 5.1], scale: 0.02, zero: 0 },
  { range: [-5.1, -1], scale: 0.02, zero: 255 },
  // A scale below the smallest normal number of float32 becomes 1.
  { range: [0, 0], scale: 1, zero: 0 },
] as const)('uint8 of the range $range', ({ range, scale, zero }) => {
  const found = uint8Parameters(range);
  expect(found.scale).toBeCloseTo(scale, 9);
  expect(found.zero).toBe(zero);
});

test('weights have a scale per output channel, and are symmetric', () => {
  const weights = Float32Array.of(1.27, -0.5, 2.54, 0.03);
  const { values, scales, bias } = quantizeWeights(
    weights,
    2,
    (i) => Math.floor(i / 2),
    0.5,
    Float64Array.of(1, -1),
  );
  expect([...values]).toEqual([127, -50, 127, 2]); // 1.5 is rounded to the even 2
  expect(scales[0]).toBeCloseTo(0.01, 7);
  expect(scales[1]).toBeCloseTo(0.02, 7);
  expect([...bias!]).toEqual([200, -100]);
});

test('a bias that would overflow int32 enlarges the scale of its channel', () => {
  const { scales, bias } = quantizeWeights(Float32Array.of(1e-6), 1, () => 0, 1e-6, Float64Array.of(10));
  expect(scales[0]! * 1e-6 * bias![0]!).toBeCloseTo(10, 4);
  expect(bias![0]).toBeGreaterThan(2 ** 30);
});
