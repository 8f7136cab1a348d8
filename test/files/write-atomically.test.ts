import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeAtomically } from '#src/files/write-atomically.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const at = (...names: string[]): string => path.join(folder, ...names);

test('writes text and bytes, new and over what is there, with nothing left beside them', async () => {
  mkdirSync(at('plain'));
  await writeAtomically(at('plain', 'a.txt'), 'first, and longer');
  await writeAtomically(at('plain', 'a.txt'), 'später');
  await writeAtomically(at('plain', 'b.bin'), Uint8Array.of(0, 255), { durable: false });
  expect(readFileSync(at('plain', 'a.txt'), 'utf8')).toBe('später');
  expect([...readFileSync(at('plain', 'b.bin'))]).toEqual([0, 255]);
  expect(readdirSync(at('plain')).sort()).toEqual(['a.txt', 'b.bin']);
});

test('leaves what is there where the new content cannot be written', async () => {
  mkdirSync(at('taken', 'name'), { recursive: true });
  await expect(writeAtomically(at('taken', 'name'), 'x')).rejects.toThrow();
  expect(readdirSync(at('taken'))).toEqual(['name']);
  await expect(writeAtomically(at('nowhere', 'name'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
});

const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix('writes through a link', async () => {
  writeFileSync(at('target'), 'old');
  symlinkSync('target', at('link'));
  await writeAtomically(at('link'), 'new');
  expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(at('target'), 'utf8')).toBe('new');
});

// A limit on a file's size ends a write as a full disk does: the first call writes what fits in, the next one fails.
onUnix('a file that does not fit does not replace a whole one', () => {
  mkdirSync(at('full'));
  writeFileSync(at('full', 'file'), 'whole');
  const module = pathToFileURL(path.resolve('dist/files/write-atomically.js')).href;
  const script = `
    process.on('SIGXFSZ', () => {});
    const { writeAtomically } = await import('${module}');
    await writeAtomically(process.argv[1], Buffer.alloc(200_000)).catch(({ code }) => console.log(code));`;
  const node = [process.execPath, '--input-type=module', '-e', script, at('full', 'file')];
  const said = execFileSync('bash', ['-c', 'ulimit -f 100; exec "$@"', 'bash', ...node], {
    encoding: 'utf8',
  });
  expect(said.trim()).toBe('EFBIG');
  expect(readFileSync(at('full', 'file'), 'utf8')).toBe('whole');
  expect(readdirSync(at('full'))).toEqual(['file']);
});
