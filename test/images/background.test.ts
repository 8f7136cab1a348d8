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

test('auto weights each pixel with its alpha once', () => {
  // (40 * 200 + 100 * 100) / 140 = 128.6; weighted twice (1600 * 200 + 10000 * 100) / 11600 = 113.8
  const light = [...blend(row([200, 200, 200, 40], [100, 100, 100, 100], CLEAR), 'auto').data];
  expect(light.slice(6)).toEqual([0, 0, 0]);
  // (100 * 150 + 200 * 110) / 300 = 123.3; not weighted at all 130
  const dark = [...blend(row([150, 150, 150, 100], [110, 110, 110, 200], CLEAR), 'auto').data];
  expect(dark.slice(6)).toEqual([255, 255, 255]);
});

test('auto takes premultiplied colours as weighted', () => {
  // white at 100 of 255: 100 * 255 / 100 = 255; weighted again 100
  const white = { ...row([100, 100, 100, 100], CLEAR), premultiplied: true };
  expect([...blend(white, 'auto').data].slice(3)).toEqual([0, 0, 0]);
});

test('auto weighs the colours as eyes do (BT.601), in either order', () => {
  // green: 0.587 * 255 = 149.7; red and blue: 0.413 * 255 = 105.3
  for (const order of ['rgb', 'bgr'] as const) {
    expect([...blend({ ...row([0, 255, 0, 255], CLEAR), order }, 'auto').data].slice(3)).toEqual([0, 0, 0]);
    expect([...blend({ ...row([255, 0, 255, 255], CLEAR), order }, 'auto').data].slice(3)).toEqual([
      255, 255, 255,
    ]);
  }
  // 200 of green and 100 of blue: 0.587 * 200 + 0.114 * 100 = 128.8
  expect([...blend(row([0, 200, 100, 255], CLEAR), 'auto').data].slice(3)).toEqual([0, 0, 0]);
  // red and 88 of green: 0.299 * 255 + 0.587 * 88 = 127.9; blue and 88 of green: 80.7
  const rgb = [255, 88, 0, 255];
  expect([...blend(row(rgb, CLEAR), 'auto').data].slice(3)).toEqual([0, 0, 0]);
  expect([...blend({ ...row(rgb, CLEAR), order: 'bgr' }, 'auto').data].slice(3)).toEqual([255, 255, 255]);
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
