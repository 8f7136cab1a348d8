import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { decodePicture, DEFAULT_DECODE, toPicture } from '#src/images/decode.js';
import { vectorPath } from '../support/vectors.js';

const folder = mkdtempSync(join(tmpdir(), 'fdeploy-decode-'));
const inside = (name: string) => join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const decode = (path: string, options = {}) => decodePicture(path, { ...DEFAULT_DECODE, ...options });

/** A PNG of one colour that claims any size; its pixels are not there. */
function pngOfSize(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width);
  size.writeUInt32BE(height, 4);
  size.set([1, 0, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const pixels = deflateSync(Buffer.alloc(100));
  return Buffer.concat([
    signature,
    chunk('IHDR', size),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function bmpOfSize(width: number, height: number): Buffer {
  const head = Buffer.alloc(54);
  head.write('BM');
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(24, 28);
  return head;
}

describe('what is no picture file', () => {
  test('a directory called x.jpg', async () => {
    mkdirSync(inside('x.jpg'));
    await expect(decode(inside('x.jpg'))).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: `${inside('x.jpg')} is a directory, not a picture file.`,
    });
  });

  test('a named pipe without a writer does not hang', async () => {
    execFileSync('mkfifo', [inside('pipe.jpg')]);
    await expect(decode(inside('pipe.jpg'))).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: expect.stringContaining('a named pipe') as unknown,
    });
  });

  test('a socket', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(inside('socket.jpg'), listening));
    await expect(decode(inside('socket.jpg'))).rejects.toMatchObject({
      message: expect.stringContaining('a socket') as unknown,
    });
    await new Promise((closed) => server.close(closed));
  });

  test('an endless device', async () => {
    await expect(decode('/dev/zero')).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: '/dev/zero is a device, not a picture file.',
    });
  });

  test('a symbolic link in a circle', async () => {
    symlinkSync(inside('circle.jpg'), inside('circle.jpg'));
    await expect(decode(inside('circle.jpg'))).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });

  test.each(['nowhere.jpg', 'text.jpg/nowhere.jpg'])('a path that leads to nothing: %s', async (name) => {
    writeFileSync(inside('text.jpg'), 'text');
    await expect(decode(inside(name))).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
      message: `${inside(name)} does not exist.`,
    });
  });

  test.each([
    ['nothing', '', 'is empty'],
    ['text', 'only words', 'it contains text'],
    ['a page', '<!DOCTYPE html><html></html>', 'an HTML page'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'an XML or SVG file'],
    [
      'a pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'is a Git LFS pointer: the picture itself was not downloaded',
    ],
    ['zeros', '\0\0\0\0\0\0\0\0', 'nothing but zero bytes'],
  ])('a file that holds %s', async (name, content, words) => {
    writeFileSync(inside(`${name}.png`), content);
    await expect(decode(inside(`${name}.png`))).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: expect.stringContaining(words) as unknown,
      file: inside(`${name}.png`),
    });
  });
});

describe('maxPixels is judged by the header', () => {
  test.each([
    ['bomb.png', pngOfSize(60_000, 60_000), '60000 x 60000'],
    ['huge.bmp', bmpOfSize(100_000, -100_000), '100000 x 100000'],
    [
      'wide.png',
      pngOfSize(100_000_001, 1),
      '100000001 x 1 pixels, a side longer than the maximum of 100000000',
    ],
  ])('%s', async (name, content, size) => {
    writeFileSync(inside(name), content);
    await expect(decode(inside(name))).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining(size) as unknown,
    });
  });

  test.each(['decode/jpg_444_q95.jpg', 'decode/bmp_24.bmp', 'decode/tiff_rgb.tiff', 'decode/gif_one.gif'])(
    'a limit of one pixel less than %s has, and of exactly as many',
    async (file) => {
      await expect(decode(vectorPath(file), { maxPixels: 40 * 30 - 1 })).rejects.toMatchObject({
        code: 'IMAGE_TOO_LARGE',
      });
      await expect(decode(vectorPath(file), { maxPixels: 40 * 30 })).resolves.toMatchObject({ width: 40 });
    },
  );
});

describe('toPicture', () => {
  const pixels = (channels: 1 | 3 | 4, data: number[]) =>
    ({ data: Uint8Array.from(data), width: 2, height: 1, channels, order: 'bgr' }) as const;

  test('three channels are taken as they are', async () => {
    const raw = pixels(3, [1, 2, 3, 4, 5, 6]);
    await expect(toPicture(raw, DEFAULT_DECODE)).resolves.toEqual(raw);
  });

  test('grey becomes three equal channels', async () => {
    const { data, channels } = await toPicture(pixels(1, [7, 9]), DEFAULT_DECODE);
    expect([...data, channels]).toEqual([7, 7, 7, 9, 9, 9, 3]);
  });

  test('alpha is dropped or blended', async () => {
    const raw = pixels(4, [10, 20, 30, 0, 40, 50, 60, 255]);
    expect([...(await toPicture(raw, DEFAULT_DECODE)).data]).toEqual([10, 20, 30, 40, 50, 60]);
    const blended = await toPicture(raw, { ...DEFAULT_DECODE, background: '#010203' });
    expect([...blended.data]).toEqual([3, 2, 1, 40, 50, 60]);
  });

  test('pixels that do not fit the size are refused', async () => {
    await expect(toPicture(pixels(3, [1, 2, 3]), DEFAULT_DECODE)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: 'Pixels of 2 x 1 with 3 channels take 6 bytes, not 3.',
    });
  });

  test("a path's bytes, an encoded file's bytes and a path give the same", async () => {
    const path = vectorPath('decode/exif_6.jpg');
    const expected = await decode(path);
    const byBytes = await decodePicture({ pathBytes: Buffer.from(path), name: 'a name' }, DEFAULT_DECODE);
    expect(Buffer.compare(byBytes.data, expected.data)).toBe(0);
  });

  test('a name that is not UTF-8 is opened by its bytes', async () => {
    const name = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]);
    writeFileSync(name, 'only words');
    const source = { pathBytes: name, name: 'shown name' };
    await expect(decodePicture(source, DEFAULT_DECODE)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: expect.stringContaining('shown name') as unknown,
    });
  });
});
