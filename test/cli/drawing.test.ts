import { readdirSync, writeFileSync } from 'node:fs';
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
        'install one (Chinese, Japanese, Korean: fonts-noto-cjk) or name one with FDEPLOY_FONT',
    ]);
    expect(await draw('café', 'b')).toEqual([]);
  });
});
