import sharp from 'sharp';
import type { DecodeOptions, NeededSize } from '#src/contracts/picture.js';
import { DEFAULT_DECODE, decodePicture } from '#src/images/decode.js';
import { pictureToTensor, type TensorPlan } from '#src/ops/picture-tensor.js';

const FAST = { ...DEFAULT_DECODE, mode: 'fast' } as const;
const needs =
  (width: number, height: number): NeededSize =>
  () => ({ width, height });

/** A black picture whose right part, from column `from` on, is white. */
function halves(width: number, height: number, from = width / 2) {
  const right = { create: { width: width - from, height, channels: 3, background: '#fff' } } as const;
  return sharp({ create: { width, height, channels: 3, background: '#000' } }).composite([
    { input: right, left: from, top: 0 },
  ]);
}

async function decodedSize(picture: Buffer, needed: NeededSize, options: DecodeOptions = FAST) {
  const { width, height, original, data } = await decodePicture(picture, options, needed);
  expect(data).toHaveLength(width * height * 3);
  return { size: [width, height], original: original && [original.width, original.height] };
}

describe('a JPEG', () => {
  let jpeg: Buffer;
  beforeAll(async () => (jpeg = await halves(2000, 1200).jpeg().toBuffer()));

  // 2000 x 1200 in two directions: at least twice the need, by a third, a fifth or a ninth
  test.each([
    [111, 66, [222, 133]],
    [112, 60, [400, 240]],
    [200, 120, [400, 240]],
    [201, 120, [666, 400]],
    [200, 121, [666, 400]],
    [333, 200, [666, 400]],
  ])('for a network that needs %d x %d', async (width, height, size) => {
    expect(await decodedSize(jpeg, needs(width, height))).toEqual({ size, original: [2000, 1200] });
  });

  test.each([
    [334, 200],
    [300, 201],
    [2000, 1200],
    [4000, 2400],
  ])('is decoded whole for a network that needs %d x %d', async (width, height) => {
    expect(await decodedSize(jpeg, needs(width, height))).toEqual({
      size: [2000, 1200],
      original: undefined,
    });
  });

  test('is decoded whole where nothing is known of the network, and by default', async () => {
    const whole = { size: [2000, 1200], original: undefined };
    expect(await decodedSize(jpeg, () => undefined)).toEqual(whole);
    expect(await decodedSize(jpeg, needs(10, 10), DEFAULT_DECODE)).toEqual(whole);
  });

  test('keeps its colours and their places, also when it is turned', async () => {
    const turned = await sharp(jpeg).withMetadata({ orientation: 6 }).toBuffer();
    const seen: unknown[] = [];
    const picture = await decodePicture(turned, FAST, (size) => {
      seen.push(size);
      return { width: 120, height: 200 };
    });
    expect(seen).toEqual([{ width: 1200, height: 2000 }]);
    expect(picture).toMatchObject({ width: 240, height: 400, original: { width: 1200, height: 2000 } });
    // turned clockwise, what was right is below
    const rows = [0, 180, 220, 399].map((row) => picture.data[row * 240 * 3]);
    expect(rows).toEqual([0, 0, 255, 255]);
  });

  test('that is grey has three channels', async () => {
    const grey = await halves(2000, 1200).greyscale().jpeg().toBuffer();
    expect(await decodedSize(grey, needs(200, 120))).toEqual({ size: [400, 240], original: [2000, 1200] });
  });

  test('that is cut is an error as without it', async () => {
    const cut = jpeg.subarray(0, jpeg.length - 200);
    await expect(decodePicture(cut, FAST, needs(200, 120))).rejects.toMatchObject({
      code: 'IMAGE_TRUNCATED',
    });
    const accepted = decodePicture(cut, { ...FAST, acceptTruncated: true }, needs(200, 120));
    expect(await accepted).toMatchObject({ width: 400, height: 240 });
  });

  test('of CMYK is decoded whole', async () => {
    const cmyk = await halves(900, 900).toColourspace('cmyk').jpeg().toBuffer();
    expect((await decodedSize(cmyk, needs(90, 90))).size).toEqual([900, 900]);
  });
});

test('a WebP is decoded at a half, a quarter or an eighth; one with transparency whole', async () => {
  const webp = await halves(1600, 1200).webp().toBuffer();
  const size = async (width: number, height: number) => (await decodedSize(webp, needs(width, height))).size;
  expect(await size(100, 75)).toEqual([200, 150]);
  expect(await size(101, 75)).toEqual([400, 300]);
  expect(await size(400, 300)).toEqual([800, 600]);
  expect(await size(401, 300)).toEqual([1600, 1200]);
  const create = {
    width: 1600,
    height: 1200,
    channels: 4,
    background: { r: 9, g: 9, b: 9, alpha: 0.5 },
  } as const;
  const alpha = await sharp({ create }).webp().toBuffer();
  expect((await decodedSize(alpha, needs(100, 75))).size).toEqual([1600, 1200]);
});

test('other formats are decoded whole', async () => {
  const png = await halves(900, 900).png().toBuffer();
  expect(await decodedSize(png, needs(90, 90))).toEqual({ size: [900, 900], original: undefined });
});

test('what lies at the far end of a side that does not divide stays in its place', async () => {
  // White from column 3900 of 4007 on: of 400 columns the last 400 x 107 / 4007 = 10.68 are white.
  const jpeg = await halves(4007, 1000, 3900).jpeg({ quality: 100 }).toBuffer();
  const picture = await decodePicture(jpeg, FAST, needs(400, 100));
  expect(picture).toMatchObject({ width: 801, height: 200 });
  const [width, height] = [400, 100];
  const plan: TensorPlan = {
    resizedWidth: width,
    resizedHeight: height,
    interpolation: 'linear',
    backend: 'cv2',
    crop: { x: 0, y: 0, width, height },
    outWidth: width,
    outHeight: height,
    placeX: 0,
    placeY: 0,
    padValue: [0, 0, 0],
    order: 'rgb',
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    layout: 'chw',
  };
  const tensor = new Float32Array(3 * width * height);
  pictureToTensor(picture, plan, tensor, 0);
  const white = tensor.subarray(50 * width, 51 * width).reduce((sum, value) => sum + value, 0);
  expect(Math.abs(white - 10.68)).toBeLessThan(0.12);
});
