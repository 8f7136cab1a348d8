import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodePicture, DEFAULT_DECODE } from '#src/images/decode.js';

/** Small files of every kind, and the SHA-256 of what OpenCV's imread makes of each, or that it gives nothing. */
interface Variant {
  file: string;
  width?: number;
  height?: number;
  sha256?: string;
  nothing?: true;
}

const FOLDER = new URL('../../fixtures/decode/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('index.json', FOLDER), 'utf8')) as { cases: Variant[] };
const pathOf = (file: string) => fileURLToPath(new URL(file, FOLDER));
const isCut = (file: string) => file.startsWith('jt_');

describe('decodePicture gives the bits of cv2.imread', () => {
  test.each(cases.filter((one) => one.sha256 !== undefined))('$file', async ({ file, ...expected }) => {
    const options = { ...DEFAULT_DECODE, acceptTruncated: isCut(file) };
    const { data, width, height } = await decodePicture(pathOf(file), options);
    expect({ width, height, sha256: createHash('sha256').update(data).digest('hex') }).toEqual(expected);
  });
});

describe('what cv2.imread gives nothing for is an error that names the file', () => {
  test.each(cases.filter((one) => one.nothing))('$file', async ({ file }) => {
    for (const acceptTruncated of [false, true]) {
      await expect(decodePicture(pathOf(file), { ...DEFAULT_DECODE, acceptTruncated })).rejects.toMatchObject(
        {
          code: expect.stringMatching(/^IMAGE_(TRUNCATED|UNREADABLE|TOO_LARGE)$/) as unknown,
          file: pathOf(file),
          message: expect.stringContaining(file) as unknown,
        },
      );
    }
  });
});

describe('a cut JPEG without acceptTruncated', () => {
  test.each(cases.filter((one) => isCut(one.file)))('$file', async ({ file }) => {
    await expect(decodePicture(pathOf(file), DEFAULT_DECODE)).rejects.toMatchObject({
      code: 'IMAGE_TRUNCATED',
    });
  });
});
