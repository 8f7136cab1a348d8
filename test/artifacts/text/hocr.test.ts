import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TextFiles } from '#src/artifacts/text/index.js';
import type { OcrResult, OkRecord, Quad, ResultRecord } from '#src/contracts/results.js';
import type { Source } from '#src/contracts/source.js';
import { tempFolder } from '../../support/temp.js';

const folder = tempFolder();

const rectangle = (x0: number, y0: number, x1: number, y1: number): Quad => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

const MS = { decode: 1, preprocess: 1, inference: 1, postprocess: 1, at: 1 };
const record = (image: string, result: OcrResult): OkRecord<'ocr'> => ({
  index: 0,
  image,
  status: 'ok',
  task: 'ocr',
  width: 300,
  height: 200,
  result,
  ms: MS,
});

/** What the files of a run over one picture hold. */
async function filesOf(one: ResultRecord): Promise<{ text: string; hocr: string }> {
  const out = path.join(folder, String(Math.random()));
  mkdirSync(out);
  const texts = new TextFiles({
    folders: { text: out, hocr: out },
    replaces: false,
    version: '1.2.3',
    notify: (sentence) => {
      throw new Error(sentence);
    },
  });
  const source: Source = { name: one.image, locator: { kind: 'file', path: one.image } };
  for await (const listed of texts.watch(listing(source))) expect(listed).toBe(source);
  await texts.add(one);
  await texts.end(undefined, false);
  const read = (ending: string): string => readFileSync(path.join(out, one.image + ending), 'utf8');
  return { text: read('.txt'), hocr: read('.hocr') };
}

// eslint-disable-next-line @typescript-eslint/require-await -- as the listing of a run
async function* listing(source: Source): AsyncGenerator<Source> {
  yield source;
}

/** The titles of the elements of a class, in order. */
const titles = (hocr: string, kind: string): string[] =>
  [...hocr.matchAll(new RegExp(`class="${kind}"[^>]* title="([^"]*)"`, 'g'))].map(([, title]) => title ?? '');

test('lines and words have the boxes around their quads, and scores in per cent', async () => {
  const words = [
    { text: 'one', score: 0.994, quad: rectangle(10, 20, 50, 40) },
    { text: 'two', score: 0.5, quad: rectangle(60, 20, 99.6, 40) },
  ];
  const line = { text: 'one two', score: 0.75, quad: rectangle(10, 20, 99.6, 40) };
  const { hocr } = await filesOf(record('a.png', { lines: [{ ...line, words }, line], text: 'x' }));
  expect(titles(hocr, 'ocr_page')).toEqual(['image &quot;a.png&quot;; bbox 0 0 300 200; ppageno 0']);
  expect(titles(hocr, 'ocr_line')).toEqual(['bbox 10 20 100 40', 'bbox 10 20 100 40; x_wconf 75']);
  expect(titles(hocr, 'ocrx_word')).toEqual([
    'bbox 10 20 50 40; x_wconf 99',
    'bbox 60 20 100 40; x_wconf 50',
  ]);
});

test('a line that is not level has its angle, counter-clockwise', async () => {
  // Reads upwards: from the lower left corner of its box to the upper left one.
  const upwards: Quad = [
    [10, 90],
    [10, 10],
    [30, 10],
    [30, 90],
  ];
  const lines = [
    { text: 'up', score: 1, quad: upwards },
    { text: 'turned', score: 1, quad: rectangle(0, 0, 9, 9), angle: 180 as const },
  ];
  const { hocr } = await filesOf(record('b.png', { lines, text: '' }));
  expect(titles(hocr, 'ocr_line')).toEqual([
    'bbox 10 10 30 90; textangle 90.0; x_wconf 100',
    'bbox 0 0 9 9; textangle 180.0; x_wconf 100',
  ]);
});

test('markup and characters that XML lacks are escaped or replaced', async () => {
  const text = `a<b>&"c"\u0001\ud800.`;
  const lines = [{ text, score: 1, quad: rectangle(0, 0, 9, 9) }];
  const { hocr } = await filesOf(record('c.png', { lines, text }));
  expect(hocr).toContain('>a&lt;b&gt;&amp;&quot;c&quot;\ufffd\ufffd.</span>');
});

test('a form feed of a text does not begin a page', async () => {
  expect((await filesOf(record('d.png', { lines: [], text: 'a\fb' }))).text).toBe('a b\n');
});

test('a picture without text has an empty file', async () => {
  expect((await filesOf(record('e.png', { lines: [], text: '' }))).text).toBe('');
});
