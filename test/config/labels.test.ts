import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readLabelFile, readLabelFileBeside } from '#src/config/labels.js';

const folder = await mkdtemp(path.join(tmpdir(), 'fdeploy-labels-'));

async function labelFile(text: string): Promise<string> {
  const file = path.join(folder, `labels-${Math.random()}.txt`);
  await writeFile(file, text);
  return file;
}

describe('a label file', () => {
  it('holds one label a line', async () => {
    expect(await readLabelFile(await labelFile('tench, Tinca tinca\r\n3 of hearts\n\n'))).toEqual([
      'tench, Tinca tinca',
      '3 of hearts',
    ]);
  });

  it('or an id and a label, with ids left out', async () => {
    expect(await readLabelFile(await labelFile('\uFEFF0 tench\n2 great white shark\n'))).toEqual([
      'tench',
      null,
      'great white shark',
    ]);
  });

  it('or both with a comma between them, as a CSV file has it', async () => {
    const text = '0,tench\n1, "great ""white"" shark, Carcharodon"\n669 ,mosquito net\n';
    const labels = await readLabelFile(await labelFile(text));
    expect([labels[0], labels[1], labels[2], labels[669]]).toEqual([
      'tench',
      'great "white" shark, Carcharodon',
      null,
      'mosquito net',
    ]);
    expect(await readLabelFile(await labelFile('1,2-dichloroethane\nacetone\n'))).toEqual([
      '1,2-dichloroethane',
      'acetone',
    ]);
  });

  it.each([
    ['/dev/zero', 'is a device, not a file'],
    [folder, 'is a directory, not a file'],
  ])('is refused where %s is none', async (file, why) => {
    await expect(readLabelFile(file)).rejects.toMatchObject({
      code: 'LABELS_INVALID',
      message: `the label file ${file} ${why}`,
    });
  });

  it('is refused when it is missing, empty or a Git LFS pointer', async () => {
    await expect(readLabelFile(path.join(folder, 'none.txt'))).rejects.toMatchObject({
      code: 'LABELS_INVALID',
    });
    await expect(readLabelFile(await labelFile('\n'))).rejects.toMatchObject({ code: 'LABELS_INVALID' });
    const pointer = await labelFile('version https://git-lfs.github.com/spec/v1\noid sha256:0\n');
    await expect(readLabelFile(pointer)).rejects.toMatchObject({ code: 'LFS_POINTER' });
  });

  it('named by a config is sought beside the config only, and its absence is said', async () => {
    const beside = await labelFile('a\nb\n');
    const said: string[] = [];
    const notify = (sentence: string) => said.push(sentence);
    const config = path.join(folder, 'inference_cls.yaml');
    expect(await readLabelFileBeside(config, `../../etc/${path.basename(beside)}`, notify)).toEqual([
      'a',
      'b',
    ]);
    expect(said).toEqual([]);
    expect(await readLabelFileBeside(config, '/etc/hostname', notify)).toBeUndefined();
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('/etc/hostname');
  });
});
