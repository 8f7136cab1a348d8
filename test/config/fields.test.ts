import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Fields } from '#src/config/fields.js';
import { readYaml } from '#src/config/yaml.js';

async function fieldsOf(text: string): Promise<Fields> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'fdeploy-yaml-')), 'inference.yml');
  await writeFile(file, text);
  return new Fields(await readYaml(file), file);
}

describe('the fields of a model config', () => {
  it('reads numbers, expressions and Python spellings', async () => {
    const fields = await fieldsOf(
      'a: 1./255.\nb: 2.5e-3\nc: True\nd: off\ne: 224\nf: [1, 2]\ng: null\nh:\ni: 1_000\n',
    );
    expect(fields.number('a')).toBe(1 / 255);
    expect(fields.number('b')).toBe(0.0025);
    expect(fields.boolean('c', false)).toBe(true);
    expect(fields.boolean('d', true)).toBe(false);
    expect(fields.pair('e')).toEqual([224, 224]);
    expect(fields.pair('f')).toEqual([1, 2]);
    expect(fields.has('g')).toBe(false);
    expect(fields.has('h')).toBe(false);
    expect(fields.integer('i', 0)).toBe(1000);
  });

  it('follows anchors and keeps the spelling of texts', async () => {
    const fields = await fieldsOf('a: &id001 [0.5, 1.]\nb: *id001\nlabels: [no, 1e3, \u3000, "~", y]\n');
    expect(fields.numbers('b')).toEqual([0.5, 1]);
    expect(fields.strings('labels')).toEqual(['no', '1e3', '\u3000', '~', 'y']);
  });

  it.each([
    [
      'size: abc',
      'size',
      /expected one or two whole numbers of at least 1 for PreProcess\.size but found "abc"/,
    ],
    ['size: [1, 2, 3]', 'size', /found \["1","2","3"\]/],
    ['size: 0', 'size', /at least 1/],
  ])('%s names the file, the field, what was expected and found', async (line, key, message) => {
    const fields = (await fieldsOf(`PreProcess: {${line}}`)).child('PreProcess');
    expect(() => fields.pair(key)).toThrow(message);
    expect(() => fields.pair(key)).toThrow(/inference\.yml/);
  });

  it('refuses a file that blows up by aliases', async () => {
    const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      levels.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    await expect(fieldsOf(levels.join('\n'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('names line and column of what is no YAML', async () => {
    await expect(fieldsOf('a: [1, 2\nb: }')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/is not YAML: .*line \d+, column \d+/) as string,
    });
  });

  it('tells a Git LFS pointer', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n';
    await expect(fieldsOf(pointer)).rejects.toMatchObject({ code: 'LFS_POINTER' });
  });
});
