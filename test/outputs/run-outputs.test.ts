import { cpSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { listImages } from '../support/list-images.js';
import { writeArtifact } from '#src/artifacts/artifact-file.js';
import { RunOutputs, type RunPaths } from '#src/outputs/index.js';
import { SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';
import { contentsOf } from '../support/files.js';
import { tempFolder } from '../support/temp.js';

const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');
const home = process.cwd();

/** Each test stands in a folder of its own with `photos/a.jpg` and `photos/b.jpg`. */
beforeEach(() => {
  process.chdir(tempFolder());
  mkdirSync('photos');
  for (const name of ['a.jpg', 'b.jpg']) cpSync(picture, path.join('photos', name));
});

afterEach(() => {
  process.chdir(home);
});

/** Lists what a run of these paths predicts. */
async function list(paths: RunPaths, ...named: string[]): Promise<{ images: string[]; said: string[] }> {
  const outputs = await RunOutputs.check(paths);
  const images = await listImages({
    arguments: named,
    takes: (found, below) => outputs.takes(found, below),
  });
  return { images: images.map(({ image }) => image), said: outputs.leftOut() };
}

describe('an output is refused', () => {
  const nothing = (): void => undefined;
  const overwritten = (output: string): RunPaths => ({ output, existing: 'overwrite' });
  const withSettings = (output: string, existing: RunPaths['existing'] = 'refuse'): RunPaths => ({
    output,
    existing,
    settings: `${output}.run.json`,
  });

  test.each<[string, () => void, RunPaths, RegExp, string?]>([
    [
      'that is a picture',
      nothing,
      overwritten('photos/a.jpg'),
      /^--output 'photos\/a\.jpg' is a picture, which is not replaced/,
    ],
    [
      'that is a link to a picture',
      () => {
        symlinkSync('photos/a.jpg', 'r.jsonl');
      },
      overwritten('r.jsonl'),
      /^--output 'r\.jsonl' is a picture/,
    ],
    [
      'that is a second name of a picture',
      () => {
        linkSync('photos/a.jpg', 'r.jsonl');
      },
      overwritten('r.jsonl'),
      /^--output 'r\.jsonl' is a picture/,
    ],
    [
      'that is a picture in a linked folder',
      () => {
        symlinkSync('photos', 'again');
      },
      overwritten('again/b.jpg'),
      /^--output 'again\/b\.jpg' is a picture/,
    ],
    [
      'that is a document',
      () => {
        writeFileSync('r.jsonl', '%PDF-1.7 ...');
      },
      overwritten('r.jsonl'),
      /is a PDF file/,
    ],
    [
      'that is called like a picture',
      () => {
        writeFileSync('x.JPG', 'text');
      },
      overwritten('x.JPG'),
      /is called like a picture/,
    ],
    [
      'whose summary is a picture',
      nothing,
      { summary: 'photos/a.jpg' },
      /^--summary 'photos\/a\.jpg' is a picture/,
    ],
    [
      'that is a second name of a listed file, whatever it holds',
      () => {
        writeFileSync('photos/notes.jpg', 'text');
        linkSync('photos/notes.jpg', 'r.jsonl');
      },
      overwritten('r.jsonl'),
      /^--output 'r\.jsonl' is one of the pictures to predict/,
    ],
    [
      'that is a listed picture which is missing',
      nothing,
      { output: './gone.jpg' },
      /is one of the pictures to predict/,
      'gone.jpg',
    ],
    [
      'that goes on behind a listed file',
      () => {
        writeFileSync('r.jsonl', '');
      },
      { output: 'r.jsonl', existing: 'resume' },
      /is one of the pictures to predict/,
      'r.jsonl',
    ],
    [
      'whose settings are a picture',
      () => {
        cpSync(picture, 'p.jsonl.run.json');
      },
      withSettings('p.jsonl'),
      /^'p\.jsonl\.run\.json' exists and has no settings of an output/,
    ],
    [
      'whose settings are somebody else’s',
      () => {
        writeFileSync('p.jsonl', '');
        writeFileSync('p.jsonl.run.json', '{"version": 3}');
      },
      withSettings('p.jsonl', 'overwrite'),
      /^'p\.jsonl\.run\.json' exists/,
    ],
    [
      'that is a list of pictures',
      () => {
        writeFileSync('list.txt', 'photos/a.jpg');
      },
      { ...overwritten('./list.txt'), inputs: [['--from-file', 'list.txt']] },
      /^--output '\.\/list\.txt' and --from-file 'list\.txt' are the same file$/,
    ],
    [
      'that is the summary',
      nothing,
      { output: 'r.jsonl', summary: './r.jsonl' },
      /^--output 'r\.jsonl' and --summary '\.\/r\.jsonl' are the same file$/,
    ],
    [
      'that is the summary in a linked folder',
      () => {
        symlinkSync('photos', 'again');
      },
      { output: 'photos/r.jsonl', summary: 'again/r.jsonl' },
      /are the same file$/,
    ],
    [
      'that is the summary by a link to nothing yet',
      () => {
        symlinkSync('r.jsonl', 's.json');
      },
      { output: 'r.jsonl', summary: 's.json' },
      /are the same file$/,
    ],
    [
      'whose settings are the summary',
      nothing,
      { ...withSettings('r.jsonl'), summary: 'r.jsonl.run.json' },
      /^the settings of --output .* and --summary .* are the same file$/,
    ],
    [
      'that is the page',
      nothing,
      { output: 'p/index.html', report: 'p' },
      /^--output 'p\/index\.html' and the page of --report .* are the same file$/,
    ],
    [
      'with masks among the drawings',
      nothing,
      { drawings: 'd', masks: './d' },
      /^--save-images and --masks use the same folder, '\.\/d'/,
    ],
    [
      'with masks below the drawings',
      nothing,
      { drawings: 'd', masks: 'd/m' },
      /^--masks 'd\/m' is in the folder of --save-images/,
    ],
    [
      'with drawings below the masks',
      nothing,
      { drawings: 'd/m', masks: 'd' },
      /^--save-images 'd\/m' is in the folder of --masks/,
    ],
    [
      'with drawings among the thumbnails',
      nothing,
      { drawings: 'p/thumbs', report: 'p' },
      /^--save-images 'p\/thumbs' is in the thumbnail folder/,
    ],
    [
      'with a file for a folder',
      () => {
        writeFileSync('d', '');
      },
      { masks: 'd' },
      /^--masks 'd' is a file, not a folder$/,
    ],
  ])('%s', async (_, prepare, paths, sentence, named = 'photos') => {
    prepare();
    const before = contentsOf('.');
    await expect(list(paths, named)).rejects.toMatchObject({
      kind: 'call',
      message: expect.stringMatching(sentence) as string,
    });
    expect(contentsOf('.')).toEqual(before);
  });

  test.each(['inference.yml', 'inference.onnx'])("that is a model's file %s", async (name) => {
    cpSync(SHAPES_MODEL, 'model', { recursive: true });
    const output = path.join('model', name);
    for (const model of ['model', 'model/inference.onnx']) {
      await expect(list({ ...overwritten(output), models: [model] }, 'photos')).rejects.toThrow(
        `--output '${output}' is a file of the model '${model}'`,
      );
    }
  });
});

test('outputs beside each other, and devices, go together', async () => {
  mkdirSync('model');
  writeFileSync('model/r.jsonl', '{"index":0,"image":"a.jpg"');
  const paths: RunPaths = {
    output: 'model/r.jsonl',
    existing: 'overwrite',
    settings: 'model/r.jsonl.run.json',
    summary: 'out/s.json',
    report: 'out',
    drawings: 'out/drawn',
    masks: 'out/masks',
    models: ['model'],
  };
  expect((await list(paths, 'photos')).images).toHaveLength(2);
  expect((await list({ output: '/dev/null', summary: '/dev/null' }, 'photos')).images).toHaveLength(2);
});

describe('what an earlier run drew is left out', () => {
  const png = Buffer.from('\x89PNG\r\n\x1a\n' + '\0\0\0\rIHDR' + '\0'.repeat(17), 'latin1');
  const draw = async (folder: string, ...names: string[]): Promise<void> => {
    for (const name of names) await writeArtifact(folder, name, png);
  };
  const photos = ['photos/a.jpg', 'photos/b.jpg'];

  test('with all else in the folder, below a folder or a pattern that was named', async () => {
    await draw('photos/drawn', 'photos/a.jpg.png');
    cpSync(picture, 'photos/drawn/other.jpg');
    symlinkSync('photos/drawn', 'link');
    const sentence = "skipped 2 pictures in 'link', which this run writes to (--save-images)";
    for (const named of ['photos', 'photos/**/*.*', 'ph*', './photos/']) {
      const { images, said } = await list({ drawings: 'link' }, named);
      expect(images.map((image) => path.normalize(image))).toEqual(photos);
      expect(said).toEqual([sentence]);
    }
  });

  test('alone, where what was named lies in the folder, or is the picture itself', async () => {
    await draw('photos', 'a.jpg.png');
    const said = ["skipped 1 picture in '.', which this run writes to (--masks)"];
    for (const named of [['photos'], ['photos/*'], [...photos, 'photos/a.jpg.png']]) {
      expect(await list({ masks: '.' }, ...named)).toEqual({ images: photos, said });
    }
  });

  test('and thumbnails of the report, but not the pictures beside its page', async () => {
    mkdirSync('photos/thumbs/0', { recursive: true });
    writeFileSync('photos/thumbs/0/0.webp', '');
    const said = ["skipped 1 picture in 'photos/thumbs', which this run writes to (--report)"];
    expect(await list({ report: 'photos' }, 'photos')).toEqual({ images: photos, said });
  });

  test('and nothing in the folders of other runs', async () => {
    await draw('photos/drawn', 'a.jpg.png');
    const { images, said } = await list({ drawings: 'elsewhere' }, 'photos');
    expect([images.length, said]).toEqual([3, []]);
  });

  test('of nothing else, nothing is left: an error', async () => {
    await draw('drawn', 'a.jpg.png');
    await expect(list({ drawings: 'drawn' }, 'drawn')).rejects.toMatchObject({ code: 'NO_IMAGES' });
  });
});
