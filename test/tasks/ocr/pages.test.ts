import { PaddleOcrPipeline } from 'fdeploy';
import type { OcrResult, Quad } from 'fdeploy';
import sharp from 'sharp';
import { characterErrors } from '../../../bench/character-errors.mjs';
import { OCR_DICTIONARY, OCR_MODELS } from '../../support/ocr-models.js';
import { ocrPath, readOcrJson } from '../../support/ocr.js';
import { farthestCorner, turnedPlace } from '../../support/turned-page.js';

interface KnownLine {
  text: string;
  quad: Quad;
}
const TRUTH = readOcrJson('truth.json') as Record<string, KnownLine[]>;
const LETTER = (readOcrJson('pages/pages.json') as Record<string, { lines: KnownLine[] }>)['letter_0.png']!;

let pipeline: PaddleOcrPipeline;
beforeAll(async () => {
  pipeline = await PaddleOcrPipeline.open();
});
afterAll(() => pipeline.close());

const readable = ({ lines }: OcrResult) => lines.map(({ text, quad }) => ({ text: text!, quad: quad! }));

describe('turned pages are turned back, quads are those of the picture as it came', () => {
  test.each(['en_doc_a.png', 'vertical_a.png'])('%s', async (name) => {
    const file = ocrPath(`pictures/${name}`);
    const { width, height } = await sharp(file).metadata();
    const upright = readable(await pipeline.predict(file));
    for (const degrees of [90, 180, 270]) {
      const result = await pipeline.predict(await sharp(file).rotate(degrees).png().toBuffer());
      expect(result.angle).toBe(degrees);
      const place = turnedPlace(width, height, degrees);
      const truth = TRUTH[name]!.map(({ text, quad }) => ({ text, quad: quad.map(place) }));
      const { errors, characters } = characterErrors(truth, readable(result));
      expect(errors / characters).toBeLessThanOrEqual(0.01);
      const far = readable(result).map(({ quad }, i) => farthestCorner(quad, upright[i]!.quad.map(place)));
      expect(Math.max(...far)).toBeLessThanOrEqual(2);
    }
  });
});

test('small letters on a large page are looked for in a larger picture', async () => {
  const [height, lines] = [288, LETTER.lines.filter(({ quad }) => quad[2][1] < 288)];
  const top = await sharp(ocrPath('pages/letter_0.png'))
    .extract({ left: 0, top: 0, width: 909, height })
    .toBuffer();
  // The longest side is shrunk to 960: letters of 13 pixels to 5.
  const large = await sharp({ create: { width: 2500, height: 800, channels: 3, background: '#fff' } })
    .composite([{ input: top, left: 0, top: 0 }])
    .png()
    .toBuffer();
  const { errors, characters } = characterErrors(lines, readable(await pipeline.predict(large)));
  expect(characters).toBeGreaterThan(250);
  expect(errors / characters).toBeLessThanOrEqual(0.003);
});

test('a line that is too wide for recognition is read in parts', async () => {
  const lines = LETTER.lines.filter(({ text }) => text.length > 80).slice(0, 3);
  const parts = await Promise.all(
    lines.map(({ quad: [[left, top], , [right, bottom]] }) =>
      sharp(ocrPath('pages/letter_0.png'))
        .extract({
          ...{ left: Math.floor(left) - 4, top: Math.floor(top) - 2 },
          ...{ width: Math.ceil(right - left) + 8, height: Math.ceil(bottom - top) + 4 },
        })
        .toBuffer({ resolveWithObject: true }),
    ),
  );
  const height = Math.max(...parts.map(({ info }) => info.height));
  const width = parts.reduce((sum, { info }) => sum + info.width, 0);
  expect(width / height).toBeGreaterThan(100);
  let left = 0;
  const placed = parts.map(({ data, info }) => ({
    input: data,
    top: 0,
    left: (left += info.width) - info.width,
  }));
  const line = await sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .composite(placed)
    .png()
    .toBuffer();
  const recognition = await PaddleOcrPipeline.open(OCR_MODELS.rec, { recDict: OCR_DICTIONARY });
  const { text } = await recognition.predict(line);
  await recognition.close();
  expect(text!.replaceAll(' ', '')).toBe(
    lines
      .map((known) => known.text)
      .join('')
      .replaceAll(' ', ''),
  );
});
