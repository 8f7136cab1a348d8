import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { MODES, type OkRecord } from '#src/contracts/results.js';
import { recordsIn, runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const DETECTION = path.resolve('fixtures/models/shapes-det-picodet-onnx');
const PICTURES = path.resolve('fixtures/pictures/det');
const SCANS = path.resolve('fixtures/ocr/pictures');

/** All files below a folder, with slashes. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

async function predicted(cwd: string, ...args: string[]): Promise<OkRecord[]> {
  const { code, stdout, stderr } = await runCli(['predict', ...args, '-q', '-n', '1'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return recordsIn(stdout) as OkRecord[];
}

const sizeOf = async (file: string) => {
  const { format, width, height } = await sharp(file).metadata();
  return { format, width, height };
};

describe.each(MODES)('--save-crops in %s mode', (mode) => {
  test.each(['png', 'jpeg'] as const)(
    'cuts every object out, in a folder per label, as %s',
    async (format) => {
      const cwd = tempFolder();
      const options = ['-m', DETECTION, '--mode', mode, '--save-crops', 'crops', '--image-format', format];
      const records = (await predicted(cwd, PICTURES, ...options)) as OkRecord<'detection'>[];
      const ending = format === 'jpeg' ? 'jpg' : 'png';
      const expected = records.flatMap(({ image, result }) =>
        result.objects.map(({ label, box: [x0, y0, x1, y1] }, i) => ({
          file: `${label}/${path.relative(PICTURES, image)}.${i + 1}.${ending}`,
          picture: image,
          left: Math.floor(x0),
          top: Math.floor(y0),
          width: Math.ceil(x1) - Math.floor(x0),
          height: Math.ceil(y1) - Math.floor(y0),
        })),
      );
      expect(expected.length).toBeGreaterThan(3);
      expect(filesOf(path.join(cwd, 'crops'))).toEqual(expected.map(({ file }) => file).sort());
      for (const { file, picture, ...place } of expected.slice(0, 6)) {
        const crop = sharp(path.join(cwd, 'crops', file));
        const { width, height } = place;
        expect(await sizeOf(path.join(cwd, 'crops', file))).toEqual({ format, width, height });
        const found = await crop.removeAlpha().raw().toBuffer();
        const original = await sharp(picture).extract(place).removeAlpha().raw().toBuffer();
        const difference = found.reduce((sum, value, at) => sum + Math.abs(value - original[at]!), 0);
        expect(difference / found.length).toBeLessThan(format === 'png' ? 0.5 : 6);
      }
    },
  );
});

test('--save-crops writes every line of text, as long and as high as its quad', async () => {
  const cwd = tempFolder();
  const scan = path.join(SCANS, readdirSync(SCANS).sort()[0]!);
  const [record] = (await predicted(cwd, scan, '--save-crops', 'lines')) as OkRecord<'ocr'>[];
  const { lines } = record!.result;
  const names = lines.map((_, i) => `${path.basename(scan)}.${i + 1}.png`);
  expect(filesOf(path.join(cwd, 'lines'))).toEqual(names.sort());
  for (const [i, { quad }] of lines.entries()) {
    const side = (a: number, b: number) =>
      Math.hypot(quad![a]![0] - quad![b]![0], quad![a]![1] - quad![b]![1]);
    const sizes = [Math.max(side(0, 1), side(2, 3)), Math.max(side(0, 3), side(1, 2))];
    const { width, height } = await sizeOf(path.join(cwd, 'lines', `${path.basename(scan)}.${i + 1}.png`));
    const [long, short] = sizes.sort((a, b) => b - a);
    expect(Math.abs(Math.max(width, height) - long!)).toBeLessThanOrEqual(1);
    expect(Math.abs(Math.min(width, height) - short!)).toBeLessThanOrEqual(1);
  }
});

test('crops and drawings in the folder of the pictures are not predicted', async () => {
  const cwd = tempFolder();
  cpSync(PICTURES, path.join(cwd, 'photos'), { recursive: true });
  const options = ['-m', DETECTION, '--save-crops', 'photos/c', '--save-images', 'photos/d'];
  const args = ['photos', ...options, '--image-format', 'jpeg'];
  const { length } = await predicted(cwd, ...args);
  expect(await predicted(cwd, ...args)).toHaveLength(length);
  const crops = filesOf(path.join(cwd, 'photos/c'));
  expect(crops.length).toBeGreaterThan(0);
  const named = await runCli(['predict', path.join('photos/c', crops[0]!), ...options], { cwd });
  expect(named.code).toBe(2);
  expect(named.stderr).toContain('every picture that was named lies in a folder that the run writes into');
});

test('drawings of folders outside of the working folder are placed from what was named', async () => {
  const root = tempFolder();
  const cwd = path.join(root, 'work');
  mkdirSync(cwd);
  const [picture = ''] = readdirSync(PICTURES).sort();
  for (const folder of ['a', 'b/c']) {
    cpSync(path.join(PICTURES, picture), path.join(root, 'photos', folder, picture), { recursive: true });
  }
  const drawn = async (...named: string[]): Promise<string[]> => {
    const folder = tempFolder();
    await predicted(cwd, ...named, '-m', DETECTION, '--save-images', folder);
    return filesOf(folder);
  };
  expect(await drawn(path.join(root, 'photos'))).toEqual([`a/${picture}.png`, `b/c/${picture}.png`]);
  expect(await drawn('../photos/b')).toEqual([`c/${picture}.png`]);
  expect(await drawn(path.join(root, 'photos/a', picture))).toEqual([`${picture}.png`]);
  expect(await drawn(path.join(root, 'photos/a'), '../photos/b/*/*')).toEqual([
    `a/${picture}.png`,
    `b/c/${picture}.png`,
  ]);
});

describe('--classes', () => {
  test('keeps the objects with these labels or ids', async () => {
    const cwd = tempFolder();
    const all = (await predicted(cwd, PICTURES, '-m', DETECTION)) as OkRecord<'detection'>[];
    const objects = all.flatMap(({ result }) => result.objects);
    const [first, second] = [...new Set(objects.map(({ label }) => label))];
    const { id } = objects.find(({ label }) => label === second)!;
    for (const [list, labels] of [
      [first!, [first]],
      [`${first}, ${id}`, [first, second]],
    ] as const) {
      const kept = (await predicted(
        cwd,
        PICTURES,
        '-m',
        DETECTION,
        '--classes',
        list,
      )) as OkRecord<'detection'>[];
      const results = ({ image, result }: OkRecord<'detection'>) => [image, result.objects] as const;
      expect(new Map(kept.map(results))).toEqual(
        new Map(
          all.map((record) => [
            record.image,
            record.result.objects.filter(({ label }) => labels.includes(label)),
          ]),
        ),
      );
    }
  });

  test.each([
    ['circel', /the model has no class 'circel' \(did you mean 'circle'\?\)/],
    ['99', /takes a label, or an id below \d+; the model has no class '99'/],
  ])('rejects %s', async (list, sentence) => {
    const { code, stderr } = await runCli(['predict', PICTURES, '-m', DETECTION, '--classes', list]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) as string });
  });
});
