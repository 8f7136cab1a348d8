import { cropRotated, rotatedCropSize, turnHalf } from '#src/ops/rotated-crop.js';
import { largestDifference } from '../support/difference.js';
import { readPicture, readVector, vectorCases } from '../support/vectors.js';

test.each(vectorCases<{ quad: number[][] }>('rotate_crop'))('$name', ({ params, input, output, ...more }) => {
  const quad = Float32Array.from(params.quad.flat());
  const size = rotatedCropSize(quad);
  expect([size.quadWidth, size.quadHeight]).toEqual(more.warped_size);
  expect(size.turned).toBe(more.rotated);
  const expected = readVector(output);
  expect([size.height, size.width, 3]).toEqual(expected.shape);
  const crop = new Uint8Array(size.width * size.height * 3);
  cropRotated(readPicture(input), quad, size, crop, 0);
  // Equal to OpenCV 4.10, which made the vectors; other versions are a grey level away.
  expect(largestDifference(crop, expected.data)).toBe(0);
});

test('a half turn puts the last pixel first and keeps its channels', () => {
  const data = Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9);
  turnHalf(data, 1, 3);
  expect([...data]).toEqual([9, 7, 8, 9, 4, 5, 6, 1, 2, 3, 9]);
});
