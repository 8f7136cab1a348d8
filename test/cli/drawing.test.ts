import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

/** A noncharacter's neighbour: no font has a glyph for it. */
const WITHOUT_FONT = '\u{2fffd}';

const pictures = readdirSync(SHAPES_PICTURES)
  .filter((name) => name.endsWith('.jpg'))
  .slice(0, 4)
  .map((name) => path.join(SHAPES_PICTURES, name));

describe.each(['thread', 'process'])('pictures drawn by a %s', (mode) => {
  const folder = tempFolder();
  const labels = path.join(folder, 'labels.txt');
  const draw = async (label: string, drawn: string): Promise<string[]> => {
    writeFileSync(labels, `${label}\n`.repeat(5));
    const options = [
      '-m',
      SHAPES_MODEL,
      '--labels',
      labels,
      '--mode',
      mode,
      '-n',
      '2',
      '--save-images',
      drawn,
    ];
    const { stderr } = await runCli(['predict', ...options, ...pictures], { cwd: folder });
    const made = readdirSync(path.join(folder, drawn), { recursive: true }).map(String);
    expect(made.filter((name) => name.endsWith('.png'))).toHaveLength(pictures.length);
    return stderr.split('\n').filter((line) => line.includes('font'));
  };

  it('are said once to lack a font for their labels, and only then', async () => {
    expect(await draw(WITHOUT_FONT, 'a')).toEqual([
      'fdeploy: no font on this machine has some characters of the drawn texts: ' +
        'install one (Debian, Ubuntu: fonts-noto-core) or name one with FDEPLOY_FONT',
    ]);
    expect(await draw('café', 'b')).toEqual([]);
  });
});

/** The folders of fonts are the system's elsewhere. */
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('a script is drawn with a font of its own where the system has one, else it is named', async () => {
  const folder = tempFolder();
  const fonts = path.join(folder, 'data', 'fonts', 'truetype');
  mkdirSync(fonts, { recursive: true });
  writeFileSync(path.join(folder, 'labels.txt'), 'ไทย\n'.repeat(5));
  const env = {
    XDG_DATA_DIRS: path.join(folder, 'data'),
    XDG_DATA_HOME: folder,
    HOME: folder,
    FDEPLOY_FONT: '',
  };
  const draw = async (drawn: string): Promise<string[]> => {
    const options = ['-m', SHAPES_MODEL, '--labels', 'labels.txt', '-n', '1', '--save-images', drawn];
    const { code, stderr } = await runCli(['predict', ...options, '--', pictures[0]!], { cwd: folder, env });
    expect(code).toBe(0);
    return stderr.split('\n').filter((line) => line.includes('font'));
  };
  expect(await draw('without')).toEqual([
    'fdeploy: no font on this machine has some Thai characters of the drawn texts: ' +
      'install one (Debian, Ubuntu: fonts-noto-core) or name one with FDEPLOY_FONT',
  ]);
  copyFileSync('fixtures/fonts/thai-boxes.ttf', path.join(fonts, 'NotoSansThai-Regular.ttf'));
  expect(await draw('with')).toEqual([]);
  const [without, drawn] = ['without', 'with'].map((name) => {
    const [file] = readdirSync(path.join(folder, name), { recursive: true })
      .map(String)
      .filter((made) => made.endsWith('.png'));
    return readFileSync(path.join(folder, name, file!));
  });
  expect(drawn).not.toEqual(without);
});
