import { decodePicture, DEFAULT_DECODE } from '#src/images/decode.js';
import { largestDifference } from '../support/difference.js';
import { decodeCases, readPicture, vectorPath } from '../support/vectors.js';

/** RGB bytes as BGR. */
function swapped(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    out[i] = data[i + 2]!;
    out[i + 1] = data[i + 1]!;
    out[i + 2] = data[i]!;
  }
  return out;
}

const cases = decodeCases();

describe('decodePicture gives the bits of cv2.imread', () => {
  const readable = cases.filter((one) => one.imread ?? one.first_frame);
  test.each(readable)('$file', async ({ file, imread, first_frame }) => {
    const expected = readPicture(imread ?? first_frame);
    const accept = /no_eoi|truncated/.test(file);
    const picture = await decodePicture(vectorPath(file), { ...DEFAULT_DECODE, acceptTruncated: accept });
    expect(picture).toMatchObject({
      width: expected.width,
      height: expected.height,
      channels: 3,
      order: 'rgb',
    });
    expect(largestDifference(swapped(picture.data), expected.data)).toBe(0);
  });
});

describe('a file that cv2.imread gives nothing for is an error', () => {
  const unreadable = cases.filter((one) => !one.imread && !one.first_frame);
  test.each(unreadable)('$file ($note)', async ({ file }) => {
    for (const acceptTruncated of [false, true]) {
      await expect(
        decodePicture(vectorPath(file), { ...DEFAULT_DECODE, acceptTruncated }),
      ).rejects.toMatchObject({
        name: 'FdeployError',
        code: expect.stringMatching(/^IMAGE_(TRUNCATED|UNREADABLE)$/) as unknown,
        file: vectorPath(file),
      });
    }
  });
});
