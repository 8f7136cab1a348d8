import { readFileSync } from 'node:fs';
import type { DecodeOptions, DecodePlace, Picture } from '#src/contracts/picture.js';
import { decodeEncoded, DEFAULT_DECODE } from '#src/images/decode.js';
import { decodeJpegInThread } from '#src/images/jpeg-in-thread.js';
import { jpegHeader } from '#src/images/headers/jpeg.js';
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
const PLACES: DecodePlace[] = ['libuv', 'thread'];

function decode(file: string, options: DecodeOptions, place: DecodePlace): Promise<Picture> {
  const name = vectorPath(file);
  return decodeEncoded({ bytes: readFileSync(name), name }, options, undefined, place);
}

describe.each(PLACES)('decoding in %s gives the bits of cv2.imread', (place) => {
  const readable = cases.filter((one) => one.imread ?? one.first_frame);
  test.each(readable)('$file', async ({ file, imread, first_frame }) => {
    const expected = readPicture(imread ?? first_frame);
    const accept = /no_eoi|truncated/.test(file);
    const picture = await decode(file, { ...DEFAULT_DECODE, acceptTruncated: accept }, place);
    expect(picture).toMatchObject({
      width: expected.width,
      height: expected.height,
      channels: 3,
      order: 'rgb',
    });
    expect(largestDifference(swapped(picture.data), expected.data)).toBe(0);
  });
});

describe.each(PLACES)('in %s, a file that cv2.imread gives nothing for is an error', (place) => {
  const unreadable = cases.filter((one) => !one.imread && !one.first_frame);
  test.each(unreadable)('$file ($note)', async ({ file }) => {
    for (const acceptTruncated of [false, true]) {
      await expect(decode(file, { ...DEFAULT_DECODE, acceptTruncated }, place)).rejects.toMatchObject({
        name: 'FdeployError',
        code: expect.stringMatching(/^IMAGE_(TRUNCATED|UNREADABLE)$/) as unknown,
        file: vectorPath(file),
      });
    }
  });
});

test('usual JPEGs are decoded in the calling thread, damaged ones are left to the other decoder', async () => {
  const inThread = async (bytes: Buffer) => await decodeJpegInThread(bytes, jpegHeader(bytes)!);
  const whole = readFileSync(vectorPath('decode/jpg_420_q75.jpg'));
  for (let round = 0; round < 3; round++) {
    expect(await inThread(whole.subarray(0, whole.length / 2))).toBeUndefined();
    expect(await inThread(whole)).toMatchObject({ channels: 3, order: 'rgb' });
  }
});
