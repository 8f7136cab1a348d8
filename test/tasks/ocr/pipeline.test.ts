import { PaddleOcrPipeline } from 'fdeploy';
import type { OcrResult, Quad } from 'fdeploy';
import { characterErrors } from '../../../bench/character-errors.mjs';
import { largestDifference } from '../../support/difference.js';
import { ocrPath, readOcrJson } from '../../support/ocr.js';

interface ReadLine {
  quad: Quad;
  text: string;
  score: number;
  cls_label: 0 | 1;
  cls_score: number;
}

const PADDLEX = readOcrJson('paddlex-operators.json') as Record<string, { lines: ReadLine[] }>;
const TRUTH = readOcrJson('truth.json') as Record<string, { text: string; quad: Quad }[]>;

describe('the profile paddleocr reads what the operators of PaddleOCR read', () => {
  let pipeline: PaddleOcrPipeline;
  beforeAll(async () => {
    pipeline = await PaddleOcrPipeline.open('ppocr-v4', { ocr: { profile: 'paddleocr' } });
  });
  afterAll(() => pipeline.close());

  const pictures = ['digits_a.png', 'mixed_a.png', 'rot180_a.png', 'vertical_a.png', 'rot90_a.png'];
  test.each([...pictures, 'exif_a.jpg', 'jpeg_q_a.jpg', 'transparent_a.png', 'empty_a.png'])(
    '%s',
    async (name) => {
      const { lines, text } = await pipeline.predict(ocrPath(`pictures/${name}`));
      const expected = PADDLEX[name]!.lines;
      expect(lines.map((line) => line.text)).toEqual(expected.map((line) => line.text));
      expect(text).toBe(expected.map((line) => line.text).join('\n'));
      expect(lines.map(({ quad }) => quad)).toEqual(expected.map(({ quad }) => quad));
      const scores = lines.map(({ score }) => score!);
      expect(
        largestDifference(
          scores,
          expected.map(({ score }) => score),
        ),
      ).toBeLessThan(0.001);
      expect(lines.map(({ angle }) => angle)).toEqual(
        expected.map(({ cls_label, cls_score }) => (cls_label === 1 && cls_score > 0.9 ? 180 : 0)),
      );
    },
  );
});

describe('the defaults', () => {
  let pipeline: PaddleOcrPipeline;
  beforeAll(async () => {
    pipeline = await PaddleOcrPipeline.open();
  });
  afterAll(() => pipeline.close());

  const read = (name: string): Promise<OcrResult> => pipeline.predict(ocrPath(`pictures/${name}`));
  const readable = (result: OcrResult) =>
    result.lines.map(({ text, quad }) => ({ text: text!, quad: quad! }));

  test('get at most three characters in a thousand wrong of what is hard for the profile paddleocr', async () => {
    let errors = 0;
    let characters = 0;
    for (const name of [
      'wide_line_a.png',
      'digits_a.png',
      'rot5_a.png',
      'transparent_a.png',
      'tiny_a.png',
      'sizes_a.png',
    ]) {
      const counts = characterErrors(TRUTH[name]!, readable(await read(name)));
      errors += counts.errors;
      characters += counts.characters;
    }
    expect(characters).toBeGreaterThan(400);
    expect(errors / characters).toBeLessThanOrEqual(0.003);
  });

  test('a picture without text has no lines and an empty text', async () => {
    expect(await read('empty_a.png')).toEqual({ lines: [], text: '' });
  });

  test('a clone reads the same, from a handle that can be sent anywhere', async () => {
    const twin = await pipeline.clone();
    const own = await read('single_line_a.png');
    expect(await twin.predict(ocrPath('pictures/single_line_a.png'))).toEqual(own);
    expect(structuredClone(pipeline.handle())).toEqual(pipeline.handle());
    await twin.close();
    expect(await read('single_line_a.png')).toEqual(own);
  });
});
