import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { locateModel } from '#src/config/locate.js';
import { longName, tarOf, zipOf, type TarEntry } from '../support/archives.js';
import { runCli, SHAPES_PICTURES } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const file = (name: string, more: Partial<TarEntry> = {}): TarEntry => ({ name, content: 'x', ...more });
const good = file('model/inference.yml');
const many = 100_000;
const MIB = 1024 ** 2;

/** The archive's ending, what it is, its bytes, and what the message says. */
const HOSTILE: [ending: string, what: string, bytes: () => Buffer, says: RegExp][] = [
  ['tar', 'a name above the folder', () => tarOf([good, file('../escape')]), /unsafe name "\.\.\/escape"/],
  ['tar', 'a name that climbs later', () => tarOf([file('a/../../escape')]), /unsafe name/],
  ['tar', 'an absolute name', () => tarOf([file('/tmp/fdeploy-escape')]), /unsafe name/],
  ['tar', 'a name with backslashes', () => tarOf([file('..\\escape')]), /unsafe name/],
  ['tar', 'a drive', () => tarOf([file('C:/escape')]), /unsafe name/],
  ['tar', 'a line break', () => tarOf([file('a\nb')]), /unsafe name "a\\nb"/],
  ['tar', 'a long name above the folder', () => tarOf([longName('../escape'), good]), /unsafe name/],
  ['tar', 'a name too long for a disk', () => tarOf([longName('n'.repeat(300)), good]), /unsafe name/],
  [
    'tar',
    'folders without end',
    () => tarOf([longName(`${'d/'.repeat(2000)}f`), good]),
    /unsafe name "d\/d\/.*\.\.\."/,
  ],
  [
    'tar',
    'a link and a file behind it',
    () => tarOf([{ name: 'a', type: '2', linkname: '..' }, file('a/escape')]),
    /has a link \("a"\)/,
  ],
  ['tar', 'a hard link', () => tarOf([{ name: 'a', type: '1', linkname: '/etc/passwd' }]), /has a link/],
  ['tar', 'a character device', () => tarOf([{ name: 'a', type: '3' }]), /CharacterDevice/],
  ['tar', 'a block device', () => tarOf([{ name: 'a', type: '4' }]), /BlockDevice/],
  ['tar', 'a named pipe', () => tarOf([{ name: 'a', type: '6' }]), /FIFO/],
  ['tar', 'a sparse file', () => tarOf([{ name: 'a', type: 'S' }]), /kind/],
  ['tar', 'a name twice', () => tarOf([good, good]), /two entries with the name/],
  ['tar', 'names that differ in case', () => tarOf([file('A'), file('a')]), /two entries/],
  ['tar', 'a file that is a folder too', () => tarOf([file('a'), file('a/b')]), /a file and a folder/],
  [
    'tar',
    '100,000 entries',
    () => tarOf(Array.from({ length: many }, (_, at) => ({ name: `${at}` }))),
    /1000 entries/,
  ],
  ['tar', 'a file of 5 GiB', () => tarOf([file('a', { size: 5 * 1024 * MIB })]), /more than 4 GiB/],
  [
    'tar',
    'a cut file',
    () => tarOf([file('a', { content: 'x'.repeat(4000) })]).subarray(0, 2000),
    /complete/,
  ],
  ['tar', 'text', () => Buffer.from('no archive\n'.repeat(100)), /not a complete tar/],
  ['tar', 'nothing', () => tarOf([]), /not a complete tar/],
  ['zip', 'folders only', () => zipOf([{ name: 'a/' }]), /holds no files/],
  [
    'tar.gz',
    'zeros that were packed',
    () => gzipSync(tarOf([file('a', { content: Buffer.alloc(70 * MIB) })])),
    /100 times/,
  ],
  ['tgz', 'a cut stream', () => gzipSync(tarOf([good])).subarray(0, 60), /not a complete tar/],
  ['zip', 'a name above the folder', () => zipOf([{ name: '../escape' }]), /unsafe name "\.\.\/escape"/],
  ['zip', 'an absolute name', () => zipOf([{ name: '/escape' }]), /unsafe name/],
  ['zip', 'a link', () => zipOf([{ name: 'a', content: '..', mode: 0o120777 }]), /has a link/],
  ['zip', 'a device', () => zipOf([{ name: 'a', mode: 0o020666 }]), /special file/],
  [
    'zip',
    'an encrypted file',
    () => zipOf([{ name: 'a', content: 'x'.repeat(13), size: 1, encrypted: true }]),
    /encrypted/,
  ],
  ['zip', 'a wrong checksum', () => zipOf([{ name: 'a', content: 'x', crc: 1 }]), /damaged/],
  [
    'zip',
    'more data than declared',
    () => zipOf([{ name: 'a', content: 'x'.repeat(9000), deflate: true, size: 10 }]),
    /not a complete zip/,
  ],
  [
    'zip',
    '100,000 entries',
    () => zipOf(Array.from({ length: many }, (_, at) => ({ name: `${at}` }))),
    /1000 entries/,
  ],
  [
    'zip',
    'files that share their data',
    () => {
      const content = Buffer.alloc(10 * MIB);
      return zipOf(
        Array.from({ length: 20 }, (_, at) => ({ name: `${at}`, content, deflate: true, shared: at > 0 })),
      );
    },
    /100 times/,
  ],
  ['zip', 'a name twice', () => zipOf([{ name: 'a' }, { name: 'a' }]), /two entries/],
  ['zip', 'a cut file', () => zipOf([{ name: 'a', content: 'x' }]).subarray(0, -10), /not a complete zip/],
];

describe('an archive with', () => {
  const before = process.env.FDEPLOY_CACHE;
  afterEach(() => {
    if (before === undefined) delete process.env.FDEPLOY_CACHE;
    else process.env.FDEPLOY_CACHE = before;
  });

  it.each(HOSTILE)('(%s) %s is refused, and nothing stays', async (ending, _, bytes, says) => {
    const arena = tempFolder();
    const cache = path.join(arena, 'cache');
    const name = path.join(arena, `model.${ending}`);
    mkdirSync(cache);
    writeFileSync(name, bytes());
    process.env.FDEPLOY_CACHE = cache;
    const error: unknown = await locateModel({
      model: name,
      threads: 1,
      batchSize: 1,
      shareWeights: true,
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'MODEL_INVALID', file: name });
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toContain('\n');

    expect(readdirSync(arena).sort()).toEqual(['cache', `model.${ending}`]);
    for (const folder of ['archives', 'temporary']) expect(readdirSync(path.join(cache, folder))).toEqual([]);
    expect(existsSync('/tmp/fdeploy-escape')).toBe(false);
  });
});

test('the command line says it in one sentence', async () => {
  const arena = tempFolder();
  writeFileSync(path.join(arena, 'model.tar'), tarOf([file('../escape')]));
  const result = await runCli(['predict', '-m', 'model.tar', path.join(SHAPES_PICTURES, 'cls_000.jpg')], {
    cwd: arena,
    env: { FDEPLOY_CACHE: path.join(arena, 'cache') },
  });
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/^fdeploy: .*unsafe name "\.\.\/escape": it is not unpacked\n$/);
});
