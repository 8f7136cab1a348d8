import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MODES, type OkRecord, type Quad } from '#src/contracts/results.js';
import { recordsIn, runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const PICTURES = path.resolve('fixtures/ocr/pictures');
const hasPoppler = spawnSync('pdftotext', ['-v']).status === 0;
const hasQpdf = spawnSync('qpdf', ['--version']).status === 0;
const withPoppler = hasPoppler ? describe : describe.skip;
if (!hasPoppler) process.stderr.write('skipped: the text of searchable PDFs (poppler is not installed)\n');
if (!hasQpdf) process.stderr.write('skipped: qpdf --check of searchable PDFs (qpdf is not installed)\n');

/** Points a pixel: pages are rendered, and pictures placed, at 200 dots per inch. */
const SCALE = 72 / 200;

/** A word of pdftotext: its text, and its box in points, y downwards. */
interface FoundWord {
  text: string;
  box: [x0: number, y0: number, x1: number, y1: number];
}

/** The pages of a PDF with their sizes in points and words. */
function wordsOf(file: string): { width: number; height: number; words: FoundWord[] }[] {
  const xml = execFileSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' });
  return [...xml.matchAll(/<page width="([\d.]+)" height="([\d.]+)">([\s\S]*?)<\/page>/g)].map(
    ([, width, height, body = '']) => ({
      width: Number(width),
      height: Number(height),
      words: [
        ...body.matchAll(/xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</g),
      ].map(([, x0, y0, x1, y1, text = '']) => ({
        text: text.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
        box: [Number(x0), Number(y0), Number(x1), Number(y1)],
      })),
    }),
  );
}

const boxOf = (quad: Quad): FoundWord['box'] => {
  const xs = quad.map(([x]) => x);
  const ys = quad.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};

const centreOf = ([x0, y0, x1, y1]: FoundWord['box']): number[] => [(x0 + x1) / 2, (y0 + y1) / 2];

async function run(cwd: string, ...args: string[]): Promise<OkRecord<'ocr'>[]> {
  const { code, stdout, stderr } = await runCli(['predict', ...args, '-q', '-n', '1', '--words'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return recordsIn(stdout) as OkRecord<'ocr'>[];
}

/** Expects every Latin word of a record in the PDF, with its centre within half a line height. Returns how many there are. */
function expectPlaced(record: OkRecord<'ocr'>, file: string): number {
  const page = wordsOf(file)[(record.page ?? 1) - 1]!;
  const sides = (page: { width: number; height: number }) => [page.width, page.height].sort((a, b) => a - b);
  // pdftotext gives the size of a page before its rotation, and places after it
  sides(record).forEach((side, i) => {
    expect(sides(page)[i]).toBeCloseTo(side * SCALE, 0);
  });
  const words = record.result.lines
    .flatMap((line) => line.words ?? [])
    .filter(({ text }) => /^[\w.,:-]{2,}$/.test(text));
  for (const { text, quad } of words) {
    const box = boxOf(quad).map((value) => value * SCALE) as FoundWord['box'];
    const half = Math.min(box[3] - box[1], box[2] - box[0]) / 2;
    const centre = centreOf(box);
    // a word that Chinese follows without a space is part of a longer one
    const isHere = (word: FoundWord): boolean =>
      word.text === text
        ? centreOf(word.box).every((value, i) => Math.abs(value - centre[i]!) <= half)
        : word.text.includes(text) &&
          centre.every((value, i) => value > word.box[i]! && value < word.box[i + 2]!);
    expect({ text, found: page.words.some(isHere) }).toEqual({ text, found: true });
  }
  return words.length;
}

function expectSound(file: string): void {
  if (hasQpdf) expect(execFileSync('qpdf', ['--check', file], { encoding: 'utf8' })).toContain('No syntax');
}

withPoppler('--save-pdf', () => {
  test.each(['receipt_a.png', 'en_doc_a.png', 'exif_a.jpg', 'rot180_a.png'])(
    'of %s has its words where they are read',
    async (name) => {
      const cwd = tempFolder();
      const [record] = await run(cwd, path.join(PICTURES, name), '--save-pdf', 'pdf');
      const file = path.join(cwd, 'pdf', `${name}.pdf`);
      expect(expectPlaced(record!, file)).toBeGreaterThan(2);
      expectSound(file);
    },
  );

  test('Chinese text is extracted as it reads, without a font of megabytes', async () => {
    const cwd = tempFolder();
    const picture = path.join(PICTURES, 'zh_doc_a.png');
    const [record] = await run(cwd, picture, '--save-pdf', 'pdf');
    const file = path.join(cwd, 'pdf/zh_doc_a.png.pdf');
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    const bare = (value: string): string => value.replaceAll(/\s/g, '');
    for (const line of record!.result.lines) expect(bare(text)).toContain(bare(line.text!));
    const lines = record!.result.lines.filter(({ text: read }) => /^[\u4e00-\u9fff]{4,}$/.test(read!));
    expect(lines.length).toBeGreaterThan(0);
    for (const { text: read } of lines) expect(text).toContain(read);
    expect(readFileSync(file).length).toBeLessThan(readFileSync(picture).length + 20_000);
  });

  test.each(MODES)('of a PDF keeps its pages and adds the text, in %s mode', async (mode) => {
    const cwd = tempFolder();
    const { PDFDocument, degrees } = await import('@cantoo/pdf-lib');
    const pdf = await PDFDocument.create();
    const picture = await pdf.embedPng(readFileSync(path.join(PICTURES, 'receipt_a.png')));
    const [width, height] = [picture.width / 2, picture.height / 2];
    for (const rotation of [0, 90, 180, 270]) {
      const page = pdf.addPage([width + 60, height + 60]);
      page.drawImage(picture, { x: 20, y: 40, width, height });
      page.setMediaBox(20, 40, width, height);
      page.setRotation(degrees(rotation));
    }
    mkdirSync(path.join(cwd, 'in'));
    writeFileSync(path.join(cwd, 'in/a.pdf'), await pdf.save());
    const records = await run(cwd, 'in', '--save-pdf', 'out', '--mode', mode);
    expect(records).toHaveLength(4);
    const file = path.join(cwd, 'out/in/a.pdf.pdf');
    expect(wordsOf(file)).toHaveLength(4);
    for (const record of records) expect(expectPlaced(record, file)).toBeGreaterThan(2);
    expectSound(file);
  });

  (hasQpdf ? test : test.skip)('of an encrypted PDF is refused, and its records stay', async () => {
    const cwd = tempFolder();
    mkdirSync(path.join(cwd, 'in'));
    await run(cwd, path.join(PICTURES, 'receipt_a.png'), '--save-pdf', 'made');
    const encrypt = ['--encrypt', '', 'owner', '256', '--', 'made/receipt_a.png.pdf', 'in/e.pdf'];
    execFileSync('qpdf', encrypt, { cwd });
    const { code, stdout, stderr } = await runCli(['predict', 'in', '--save-pdf', 'out', '-n', '1'], { cwd });
    expect(recordsIn(stdout)).toMatchObject([{ status: 'ok', page: 1 }]);
    expect(stderr).toContain(
      "'out/in/e.pdf.pdf' cannot be written: the PDF is encrypted: decrypt a copy of it",
    );
    expect(code).toBe(1);
    expect(existsSync(path.join(cwd, 'out/in/e.pdf.pdf'))).toBe(false);
  });
});
