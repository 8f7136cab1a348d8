import { blend, parseColour } from '#src/images/background.js';

/** Pixels red, green, blue, alpha in a row. */
const row = (...pixels: number[][]) => ({
  data: Uint8Array.from(pixels.flat()),
  width: pixels.length,
  height: 1,
  channels: 4,
});
const BLACK_TEXT = [0, 0, 0, 255];
const WHITE_TEXT = [255, 255, 255, 255];
const CLEAR = [0, 0, 0, 0];
const HALF = [100, 100, 100, 128];

test('auto puts dark pixels on white and light ones on black', () => {
  expect([...blend(row(BLACK_TEXT, CLEAR), 'auto').data]).toEqual([0, 0, 0, 255, 255, 255]);
  expect([...blend(row(WHITE_TEXT, CLEAR), 'auto').data]).toEqual([255, 255, 255, 0, 0, 0]);
});

test('auto looks at visible pixels only, and takes white where there are none', () => {
  expect([...blend(row(BLACK_TEXT, [255, 255, 255, 0]), 'auto').data]).toEqual([0, 0, 0, 255, 255, 255]);
  expect([...blend(row(CLEAR), 'auto').data]).toEqual([255, 255, 255]);
});

test('a colour shows through by what the alpha leaves', () => {
  // (100 * 128 + 200 * 127) / 255 = 149.8
  expect([...blend(row(HALF), '#c8c8c8').data]).toEqual([150, 150, 150]);
});

test('premultiplied colours are not multiplied again', () => {
  // 100 + 200 * 127 / 255 = 199.6
  expect([...blend({ ...row(HALF), premultiplied: true }, '#c8c8c8').data]).toEqual([200, 200, 200]);
});

test('drop keeps the colour under the alpha', () => {
  expect([...blend(row(HALF, CLEAR), 'drop').data]).toEqual([100, 100, 100, 0, 0, 0]);
});

test.each(['#12345', 'white', '#gggggg', ''])('%s is no colour', (text) => {
  expect(() => parseColour(text)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }) as Error);
});
