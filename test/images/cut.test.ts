import sharp, { type TiffOptions } from 'sharp';
import type { FdeployError } from '#src/contracts/errors.js';
import { decodePicture, DEFAULT_DECODE } from '#src/images/decode.js';

const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
const picture = sharp({ create: { width: 200, height: 150, channels: 3, background: '#888', noise } });
const tiff = (options: TiffOptions) => picture.clone().tiff(options).toBuffer();

const FILES: Record<string, () => Promise<Buffer>> = {
  jpeg: () => picture.clone().jpeg().toBuffer(),
  'jpeg in passes': () => picture.clone().jpeg({ progressive: true }).toBuffer(),
  'jpeg with a small picture inside': async () => {
    const small = await picture.clone().resize(60).jpeg().toBuffer();
    const whole = await picture.clone().jpeg().toBuffer();
    const length = Buffer.alloc(2);
    length.writeUInt16BE(small.length + 2);
    return Buffer.concat([whole.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, small, whole.subarray(2)]);
  },
  png: () => picture.clone().png().toBuffer(),
  webp: () => picture.clone().webp().toBuffer(),
  gif: () => picture.clone().gif().toBuffer(),
  avif: () => picture.clone().avif().toBuffer(),
  'tiff in strips': () => tiff({ compression: 'lzw' }),
  'tiff in tiles': () => tiff({ compression: 'deflate', tile: true, tileWidth: 64, tileHeight: 64 }),
};

async function codeOf(file: Buffer): Promise<string> {
  return decodePicture(file, DEFAULT_DECODE).then(
    () => 'ok',
    (error: unknown) => (error as FdeployError).code,
  );
}

/** Decodes other pictures while `work` goes on. */
async function beside(others: Buffer[], work: () => Promise<void>): Promise<void> {
  let isOver = false;
  const decoding = others.map(async (other) => {
    while (!isOver) await codeOf(other);
  });
  await work();
  isOver = true;
  await Promise.all(decoding);
}

const damaged = async (): Promise<Buffer> => {
  const file = Buffer.from(await FILES.jpeg!());
  return file.fill(
    0xff,
    file.indexOf('\xff\xc4', 0, 'latin1') + 5,
    file.indexOf('\xff\xc4', 0, 'latin1') + 21,
  );
};
const half = (file: Buffer): Buffer => file.subarray(0, file.length >> 1);

test.each(Object.entries(FILES))('a %s is cut wherever it ends', async (_, make) => {
  const whole = await make();
  expect(await codeOf(whole)).toBe('ok');
  const codes = new Map<string, number[]>();
  for (let part = 2; part <= 38; part += 3) {
    const code = await codeOf(whole.subarray(0, Math.floor((whole.length * part) / 40)));
    codes.set(code, [...(codes.get(code) ?? []), part]);
  }
  expect([...codes.keys()]).toEqual(['IMAGE_TRUNCATED']);
});

test('a whole file that is damaged is not', async () => {
  expect(await codeOf(await damaged())).toBe('IMAGE_UNREADABLE');
});

test('whatever is decoded beside it, a picture gets its own error', async () => {
  const avif = await FILES.avif!();
  const good = await FILES.jpeg!();
  const found: Record<string, Set<string>> = { avif: new Set(), jpeg: new Set() };
  await beside([good, half(good), await damaged()], async () => {
    const [cut, whole] = [half(avif), await damaged()];
    for (let i = 0; i < 60; i++) {
      found.avif!.add(await codeOf(cut));
      found.jpeg!.add(await codeOf(whole));
    }
  });
  expect([...found.avif!]).toEqual(['IMAGE_TRUNCATED']);
  expect([...found.jpeg!]).toEqual(['IMAGE_UNREADABLE']);
});
