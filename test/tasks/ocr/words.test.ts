import { PaddleOcrPipeline } from 'fdeploy';
import type { OcrResult, Quad, TextWord } from 'fdeploy';
import sharp from 'sharp';
import { characterErrors } from '../../../bench/character-errors.mjs';
import { ocrPath, readOcrJson } from '../../support/ocr.js';
import { turnedPlace } from '../../support/turned-page.js';

interface Known {
  text: string;
  quad: Quad;
}
interface KnownPage {
  width: number;
  height: number;
  lines: (Known & { words: Known[] })[];
}
const PAGES = readOcrJson('pages/pages.json') as Record<string, KnownPage>;

let best: PaddleOcrPipeline;
let paddle: PaddleOcrPipeline;
beforeAll(async () => {
  best = await PaddleOcrPipeline.open('ppocr-v4', { ocr: { words: true } });
  paddle = await PaddleOcrPipeline.open('ppocr-v4', { ocr: { words: true, profile: 'paddleocr' } });
});
afterAll(async () => {
  await best.close();
  await paddle.close();
});

const bounds = (quad: Quad): [number, number, number, number] => {
  const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};

function intersectionOverUnion(one: Quad, other: Quad): number {
  const [a, b] = [bounds(one), bounds(other)];
  const width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
  const height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
  const area = ([x0, y0, x1, y1]: typeof a): number => (x1 - x0) * (y1 - y0);
  return (width * height) / (area(a) + area(b) - width * height);
}

const wordsOf = ({ lines }: OcrResult): TextWord[] => lines.flatMap(({ words }) => words ?? []);

/** The share of known words that were given with their text in their place. */
function placed(result: OcrResult, known: readonly Known[]): number {
  const found = wordsOf(result);
  const isFound = ({ text, quad }: Known): boolean =>
    found.some((word) => word.text === text && intersectionOverUnion(word.quad, quad) >= 0.5);
  return known.filter(isFound).length / known.length;
}

const read = new Map<string, Promise<OcrResult>>();
/** A page as the profile best reads it, read once. */
function pageOf(name: string): Promise<OcrResult> {
  const result = read.get(name) ?? best.predict(ocrPath(`pages/${name}`));
  read.set(name, result);
  return result;
}

const truthOf = (name: string): Known[] => PAGES[name]!.lines.flatMap(({ words }) => words);

test.each(['letter_0.png', 'receipt_2.png', 'table_3.png', 'vertical_5.png'])('words of %s', async (name) => {
  const result = await pageOf(name);
  expect(placed(result, truthOf(name))).toBeGreaterThanOrEqual(0.95);
  for (const { text, words } of result.lines) {
    expect(words!.map((word) => word.text).join('')).toBe(text!.replace(/\s/g, ''));
    for (const { score } of words!) expect(score).toBeGreaterThan(0);
  }
});

test('words of a page that lies on its side, in pixels of the picture as it came', async () => {
  const name = 'receipt_2.png';
  const { width, height } = PAGES[name]!;
  for (const degrees of [90, 180]) {
    const turned = await sharp(ocrPath(`pages/${name}`))
      .rotate(degrees)
      .png()
      .toBuffer();
    const place = turnedPlace(width, height, degrees);
    const truth = truthOf(name).map(({ text, quad }) => ({ text, quad: quad.map(place) as unknown as Quad }));
    expect(placed(await best.predict(turned), truth)).toBeGreaterThanOrEqual(0.95);
  }
});

test('a line that is cut out without a margin is read with its spaces', async () => {
  const { lines } = PAGES['letter_0.png']!;
  for (const { text, quad } of lines.filter((line) => line.words.length > 6).slice(0, 4)) {
    const [left, top, right, bottom] = bounds(quad);
    const box = { left: Math.floor(left), top: Math.floor(top), width: Math.ceil(right - left) };
    const crop = sharp(ocrPath('pages/letter_0.png')).extract({ ...box, height: Math.ceil(bottom - top) });
    const result = await best.predict(await crop.png().toBuffer());
    expect(result.text).toBe(text);
  }
});

test('the profile best keeps the spaces between words', async () => {
  for (const name of ['receipt_2.png', 'form_4.png', 'table_3.png', 'letter_0.png']) {
    const lines = (await pageOf(name)).lines.map(({ text, quad }) => ({ text: text!, quad: quad! }));
    const { errors, characters } = characterErrors(PAGES[name]!.lines, lines, true);
    expect(errors / characters).toBeLessThanOrEqual(0.005);
  }
});

test('the profile paddleocr gives words without changing its text', async () => {
  const file = ocrPath('pages/receipt_2.png');
  const plain = await PaddleOcrPipeline.open('ppocr-v4', { ocr: { profile: 'paddleocr' } });
  const without = await plain.predict(file);
  await plain.close();
  const result = await paddle.predict(file);
  expect(result.text).toBe(without.text);
  expect(without.lines.every(({ words }) => words === undefined)).toBe(true);
  expect(wordsOf(result).length).toBeGreaterThan(30);
});
