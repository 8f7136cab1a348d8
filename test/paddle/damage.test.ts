import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { convertPaddleModel } from 'fdeploy';
import { paddleCases, writeExport, type Format } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const linear = paddleCases('operators').find(({ id }) => id === 'linear')!;
const exported = (format: Format) => {
  const { model, params } = writeExport(linear, format, folder);
  return { model, params: params! };
};

/** Writes a changed copy of a file beside it. */
function changed(file: string, change: (bytes: Buffer) => Buffer): string {
  const copy = path.join(path.dirname(file), `changed-${path.basename(file)}`);
  writeFileSync(copy, change(readFileSync(file)));
  return copy;
}

describe.each<Format>(['old', 'pir'])('damaged parameters, %s', (format) => {
  const { model, params } = exported(format);
  // The first record: uint32 version, uint64 LoD levels, uint32 version, int32 length of the descriptor, descriptor.
  test.each([
    [
      'cut in the data',
      (b: Buffer) => b.subarray(0, b.length - 3),
      /parameter 2 of 2 .*data.*expected \d+ more bytes, found \d+/,
    ],
    ['cut before the second', (b: Buffer) => b.subarray(0, 20), /parameter 1 of 2/],
    [
      'bytes left over',
      (b: Buffer) => Buffer.concat([b, Buffer.alloc(5)]),
      /end: expected 2 parameters in \d+ bytes, found \d+ bytes/,
    ],
    [
      'another version',
      (b: Buffer) => (b.writeUInt32LE(9, 0), b),
      /version of the record: expected version 0, found 9/,
    ],
    ['levels beyond the file', (b: Buffer) => (b.writeBigUInt64LE(2n ** 60n, 4), b), /number of LoD levels/],
    [
      'a descriptor beyond the file',
      (b: Buffer) => (b.writeInt32LE(2 ** 30, 16), b),
      /descriptor.*more bytes/,
    ],
    [
      'a descriptor of negative length',
      (b: Buffer) => (b.writeInt32LE(-1, 16), b),
      /length of the descriptor/,
    ],
    [
      'another type',
      (b: Buffer) => (b.writeUInt8(6, 21), b),
      /float32 \[.*\] as the program declares, found float64/,
    ],
    [
      'another shape',
      (b: Buffer) => (b.writeUInt8(7, 23), b),
      /as the program declares, found float32 \[7\]/,
    ],
  ])('%s', async (_, change, message) => {
    const file = changed(params, change);
    const conversion = convertPaddleModel({ model, params: file });
    await expect(conversion).rejects.toMatchObject({ code: 'MODEL_INVALID', file });
    await expect(conversion).rejects.toThrow(message);
  });

  test('missing', async () => {
    const alone = path.join(tempFolder(), path.basename(model));
    writeFileSync(alone, readFileSync(model));
    await expect(convertPaddleModel({ model: alone })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      file: alone,
    });
  });

  test('a Git LFS pointer', async () => {
    const file = changed(params, () =>
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n'),
    );
    await expect(convertPaddleModel({ model, params: file })).rejects.toMatchObject({
      code: 'LFS_POINTER',
      file,
    });
  });
});

describe('damaged programs', () => {
  test.each([
    ['an empty file', 'old', () => Buffer.alloc(0)],
    ['half of a ProgramDesc', 'old', (b: Buffer) => b.subarray(0, b.length / 2)],
    ['a picture', 'old', () => Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['half of the JSON', 'pir', (b: Buffer) => b.subarray(0, b.length / 2)],
    ['JSON of something else', 'pir', () => Buffer.from('{"name": "x"}')],
    ['another magic', 'pir', (b: Buffer) => Buffer.from(b.toString().replace('"pir"', '"pit"'))],
    [
      'a value that nothing defines',
      'pir',
      (b: Buffer) => Buffer.from(b.toString().replace('"I":[{"%":3}', '"I":[{"%":999}')),
    ],
  ] as [string, Format, (bytes: Buffer) => Buffer][])('%s', async (_, format, change) => {
    const { model, params } = exported(format);
    const file = changed(model, change);
    await expect(convertPaddleModel({ model: file, params })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      file,
    });
  });

  test('every unknown operator is named once, with its count', async () => {
    const { model, params } = exported('pir');
    const file = changed(model, (b) =>
      Buffer.from(b.toString().replaceAll('"1.matmul"', '"1.matmuk"').replaceAll('"1.add"', '"1.adq"')),
    );
    const conversion = convertPaddleModel({ model: file, params });
    await expect(conversion).rejects.toMatchObject({
      code: 'OPERATOR_UNSUPPORTED',
      found: 'adq (1), matmuk (1)',
    });
  });
});

test('parameters in a file each, as __model__ exports have them', async () => {
  const { model, params } = exported('old');
  const bytes = readFileSync(params);
  const place = tempFolder();
  const combined = await convertPaddleModel({ model, params });
  // linear_N.b_0 [4] then linear_N.w_0 [6, 4]: 20 bytes, a descriptor, the data.
  const length = bytes.readInt32LE(16);
  const second = 20 + length + 16;
  const names = [
    ...readFileSync(model)
      .toString('latin1')
      .matchAll(/linear_\d+\.[bw]_0/g),
  ].map(([name]) => name);
  const [bias, weight] = [...new Set(names)].sort();
  writeFileSync(path.join(place, '__model__'), readFileSync(model));
  writeFileSync(path.join(place, bias!), bytes.subarray(0, second));
  writeFileSync(path.join(place, weight!), bytes.subarray(second));
  const apart = await convertPaddleModel({ model: path.join(place, '__model__') });
  expect(Buffer.from(apart.onnx).equals(combined.onnx)).toBe(true);
});
