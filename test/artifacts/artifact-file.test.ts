import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import sharp from 'sharp';
import { artifactPath, writeArtifact } from '#src/artifacts/artifact-file.js';

describe('artifactPath', () => {
  it.each([
    ['a.jpg', 'a.jpg.png'],
    ['./photos//b/./a.jpg', 'photos/b/a.jpg.png'],
    ['../a.jpg', '__up/a.jpg.png'],
    ['x/../../a.jpg', 'x/__up/__up/a.jpg.png'],
    ['/data/a.jpg', '__root/data/a.jpg.png'],
    ['__up/a.jpg', '___up/a.jpg.png'],
    ['___root/a.jpg', '____root/a.jpg.png'],
    ['__MACOSX/a.jpg', '__MACOSX/a.jpg.png'],
    ['图片/猫 "1".jpg', '图片/猫 "1".jpg.png'],
    ['..', '__up.png'],
    ['/', '__root/.png'],
  ])('%s -> %s', (image, path) => {
    expect(artifactPath(image, '.png')).toBe(path);
  });

  it('never leaves the folder and never lets two pictures meet', () => {
    const parts = ['..', '.', '', 'a', '__up', '___up', '__root', '...', 'a.png'];
    const seen = new Map<string, string>();
    for (const first of ['', ...parts.map((part) => `${part}/`)])
      for (const second of parts)
        for (const third of ['a', '..', '__up', 'a.png']) {
          const image = `${first}${second}/${third}`;
          const path = artifactPath(image, '.png');
          expect(resolve('/out', path).startsWith(`${resolve('/out')}${sep}`)).toBe(true);
          const same = `${image.startsWith('/') ? '/' : ''}${image
            .split('/')
            .filter((part) => part !== '' && part !== '.')
            .join('/')}`;
          expect(seen.get(path) ?? same).toBe(same);
          seen.set(path, same);
        }
  });

  it('keeps names apart that differ in bytes that are not UTF-8', () => {
    const path = (bytes: number[]) =>
      artifactPath('caf\ufffd.jpg', '.png', Buffer.from([0x63, ...bytes]).toString('base64'));
    expect(path([0xe9])).not.toBe(path([0xe8]));
    expect(path([0xe9])).toMatch(/^caf\ufffd\.jpg\.[0-9a-f]{8}\.png$/);
  });

  it('shortens a name that the ending makes too long', () => {
    const first = artifactPath(`d/${'图'.repeat(84)}a`, '.png');
    const second = artifactPath(`d/${'图'.repeat(84)}b`, '.png');
    for (const path of [first, second]) expect(Buffer.byteLength(path.slice(2))).toBeLessThanOrEqual(255);
    expect(first).not.toBe(second);
  });
});

describe('writeArtifact', () => {
  let folder: string;
  let png: Buffer;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fdeploy-artifact-'));
    png = await sharp({ create: { width: 3, height: 2, channels: 3, background: '#123456' } })
      .png()
      .toBuffer();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes a PNG that names its software, with nothing left beside it', async () => {
    const file = await writeArtifact(folder, 'a/b.jpg.png', png);
    expect(file).toBe(join(folder, 'a', 'b.jpg.png'));
    expect(await readdir(join(folder, 'a'))).toEqual(['b.jpg.png']);
    const written = await sharp(file, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
    expect([...written.data.subarray(0, 3)]).toEqual([0x12, 0x34, 0x56]);
    expect((await sharp(file).metadata()).comments).toEqual([{ keyword: 'Software', text: 'fdeploy' }]);
  });

  it('replaces its own file and leaves any other as it is', async () => {
    await writeArtifact(folder, 'a.png', png);
    await writeArtifact(folder, 'a.png', png);
    await writeFile(join(folder, 'source.png'), 'a source');
    await expect(writeArtifact(folder, 'source.png', png)).rejects.toMatchObject({
      code: 'ARTIFACT_FAILED',
      message: expect.stringContaining('was not written by fdeploy') as string,
    });
    expect(await readFile(join(folder, 'source.png'), 'utf8')).toBe('a source');
  });

  (process.platform === 'win32' ? it.skip : it)('does not wait for a pipe that has its name', async () => {
    execFileSync('mkfifo', [join(folder, 'a.png')]);
    await expect(writeArtifact(folder, 'a.png', png)).rejects.toMatchObject({ code: 'ARTIFACT_FAILED' });
    expect((await lstat(join(folder, 'a.png'))).isFIFO()).toBe(true);
  });

  it('says which file cannot be written', async () => {
    await mkdir(join(folder, 'a.jpg.png'));
    await expect(writeArtifact(folder, 'a.jpg.png', png)).rejects.toMatchObject({ code: 'ARTIFACT_FAILED' });
    await expect(writeArtifact(folder, 'a.jpg.png/b.png/c.png', png)).resolves.toBeTruthy();
    await expect(writeArtifact(folder, 'a.jpg.png/b.png', png)).rejects.toMatchObject({
      code: 'ARTIFACT_FAILED',
      file: join(folder, 'a.jpg.png', 'b.png'),
    });
  });
});
