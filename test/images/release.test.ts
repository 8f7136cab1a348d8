import sharp from 'sharp';
import { release } from '#src/images/release.js';

const rgb = { width: 4, height: 3, channels: 3, background: '#888' } as const;

test.each<[string, () => Promise<Uint8Array>]>([
  ['JavaScript owns', () => Promise.resolve(new Uint8Array(36))],
  ['a buffer of a file has', () => Promise.resolve(Buffer.allocUnsafeSlow(36))],
  ['a native module lent', () => sharp({ create: rgb }).raw().toBuffer()],
])('memory that %s is gone for every view of it', async (_, make) => {
  const bytes = await make();
  const view = new DataView(bytes.buffer);
  release(bytes);
  expect(bytes).toHaveLength(0);
  expect(() => view.getUint8(0)).toThrow('detached');
  release(bytes); // once more is nothing
});

test('a part of a larger buffer is left alone', () => {
  const whole = new Uint8Array(10).fill(7);
  release(whole.subarray(2, 5));
  expect([...whole]).toEqual(Array.from({ length: 10 }, () => 7));
});

test('released memory is free: 700 MB of pixels, one picture after the other, take little', async () => {
  const large = { ...rgb, width: 4000, height: 2500 };
  const picture = await sharp({ create: large }).png().toBuffer();
  const before = process.memoryUsage.rss();
  let most = 0;
  for (let i = 0; i < 24; i++) {
    release(await sharp(picture).raw().toBuffer());
    most = Math.max(most, process.memoryUsage.rss() - before);
  }
  expect(most).toBeLessThan(300e6); // 30 MB each, and what sharp works with
});
