import { readFileSync } from 'node:fs';
import { PaddleOcrPipeline } from 'fdeploy';
import type { Quad } from 'fdeploy';
import { editDistance } from '../../../bench/character-errors.mjs';
import { ocrPath, readOcrJson } from '../../support/ocr.js';
import { readingRows } from '#src/tasks/ocr/layout/reading-rows.js';
import { inReadingOrder } from '#src/tasks/ocr/reading-order.js';

/** A line of a drawn page: where its text starts, how long and high it is, and where it runs. */
type Drawn = [text: string, x: number, y: number, length: number, height?: number, direction?: 0 | 90 | 180];

/** Corners clockwise from the upper left one in the picture, as detection gives them. */
function boxOf([, x, y, length, height = 20, direction = 0]: Drawn): Quad {
  const [x0, y0] = { 0: [x, y], 90: [x - height, y], 180: [x - length, y - height] }[direction] as [
    number,
    number,
  ];
  const [width, rows] = direction === 90 ? [height, length] : [length, height];
  return [
    [x0, y0],
    [x0 + width, y0],
    [x0 + width, y0 + rows],
    [x0, y0 + rows],
  ];
}

function askew(quad: Quad, degrees: number): Quad {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return quad.map(([x, y]) => [x * cos - y * sin, x * sin + y * cos]) as Quad;
}

/** The page as it is read, from lines that come as PaddleOCR orders them. */
function read(page: readonly Drawn[], degrees = 0): string[] {
  const shuffled = page.toSorted((a, b) => a[2] - b[2] || a[1] - b[1]);
  const lines = shuffled.map((drawn) => ({ quad: askew(boxOf(drawn), degrees), direction: drawn[5] ?? 0 }));
  return readingRows(lines).map((row) => row.map((i) => shuffled[i]![0]).join(' '));
}

const lines = (name: string, count: number, x: number, y: number, length: number): Drawn[] =>
  Array.from({ length: count }, (_, i) => [`${name}${i}`, x, y + 25 * i, length - (i % 3) * 15]);
const texts = (drawn: readonly Drawn[]): string[] => drawn.map(([text]) => text);

describe.each([0, 3, -3])('a page that lies askew by %d degrees', (degrees) => {
  test('columns of running text one after the other, between lines that span them', () => {
    const title: Drawn = ['title', 150, 0, 300, 36];
    const left = lines('a', 8, 0, 60, 280);
    const right = lines('b', 8, 320, 60, 280);
    const closing: Drawn = ['closing', 0, 330, 600];
    expect(read([title, ...left, ...right, closing], degrees)).toEqual(
      texts([title, ...left, ...right, closing]),
    );
  });

  test('three columns, one of them shorter', () => {
    const columns = [lines('a', 9, 0, 0, 250), lines('b', 9, 280, 0, 250), lines('c', 5, 560, 0, 250)].flat();
    expect(read(columns, degrees)).toEqual(texts(columns));
  });

  test('a table row by row', () => {
    const cells = Array.from({ length: 6 }, (_, i): Drawn[] => [
      [`date${i}`, 0, 40 * i, 110],
      [`name${i}`, 150, 40 * i + 2, 130 - 10 * (i % 2)],
      [`sum${i}`, 400 - 10 * (i % 3), 40 * i - 2, 60 + 10 * (i % 3)],
    ]);
    expect(read(cells.flat(), degrees)).toEqual(cells.map((row) => texts(row).join(' ')));
  });
});

test('a receipt: the pieces of a row are joined, however far apart', () => {
  const rows: Drawn[][] = [
    [['SHOP', 120, 0, 80, 30]],
    [
      ['1', 0, 50, 8],
      ['FOOD', 30, 51, 60],
      ['$7.95', 250, 49, 60],
    ],
    [
      ['2', 0, 75, 8],
      ['DRINK', 30, 74, 75],
      ['$12.00', 240, 76, 70],
    ],
    [
      ['TOTAL', 0, 110, 75],
      ['$19.95', 240, 110, 70],
    ],
  ];
  expect(read(rows.flat())).toEqual(['SHOP', '1 FOOD $7.95', '2 DRINK $12.00', 'TOTAL $19.95']);
});

test('a cell of two lines beside a cell of one is read as a whole', () => {
  const page: Drawn[] = [
    ['a1', 0, 0, 100],
    ['a2', 0, 25, 100],
    ['b', 150, 12, 100],
    ['c', 0, 80, 100],
    ['d', 150, 80, 100],
  ];
  expect(read(page)).toEqual(['a1', 'a2', 'b', 'c d']);
});

test('numbers of a list stay with its lines, in columns too', () => {
  const list = (name: string, x: number): Drawn[] =>
    Array.from({ length: 5 }, (_, i): Drawn[] => [
      [`${name}${i}.`, x, 25 * i, 15],
      [`${name}${i}`, x + 25, 25 * i, 240],
    ]).flat();
  const rows = ['a', 'b'].flatMap((name) => [0, 1, 2, 3, 4].map((i) => `${name}${i}. ${name}${i}`));
  expect(read([...list('a', 0), ...list('b', 320)])).toEqual(rows);
});

test('columns of Chinese from right to left, a title that runs across before those below it', () => {
  const columns = ['a', 'b', 'c'].map((text, i): Drawn => [text, 400 - 40 * i, 60, 500 - 100 * i, 20, 90]);
  const title: Drawn = ['title', 100, 0, 200, 30];
  expect(read([title, ...columns])).toEqual(['title', 'a', 'b', 'c']);
});

test('text upside down on a part of the page in its own order', () => {
  const upper = lines('a', 4, 0, 200, 300);
  // Turned about: the first line is the lowest one, and starts at the right.
  const turned = [0, 1, 2].map((i): Drawn => [`b${i}`, 300, 120 - 30 * i, 250, 20, 180]);
  expect(read([...turned, ...upper])).toEqual(texts([...turned, ...upper]));
});

test('the order of PaddleOCR: a row is what lies less than 10 pixels apart', () => {
  const box = (x: number, y: number) => ({ quad: boxOf(['', x, y, 30]), score: 1 });
  const order = (...places: [number, number][]): number[][] =>
    inReadingOrder(places.map(([x, y]) => box(x, y))).map(({ quad }) => quad[0]);
  expect(order([100, 0], [0, 9])).toEqual([
    [0, 9],
    [100, 0],
  ]);
  expect(order([100, 0], [0, 10])).toEqual([
    [100, 0],
    [0, 10],
  ]);
});

describe('pages of known text', () => {
  const pages = readOcrJson('pages/pages.json') as Record<string, { text: string }>;
  let pipeline: PaddleOcrPipeline;
  beforeAll(async () => {
    pipeline = await PaddleOcrPipeline.open();
  });
  afterAll(() => pipeline.close());

  test.each(Object.keys(pages))('%s is read in its order, row by row', async (name) => {
    const { text, lines } = await pipeline.predict(readFileSync(ocrPath(`pages/${name}`)));
    const known = pages[name]!.text.normalize('NFKC');
    const wrong = editDistance(Array.from(known), Array.from(text!.normalize('NFKC')));
    // Spaces that recognition misses count here; they are measured elsewhere.
    expect(wrong / known.length).toBeLessThan(name.startsWith('receipt') ? 0.04 : 0.02);
    expect(text!.split(/[ \n]/)).toEqual(lines.flatMap((line) => line.text!.split(' ')));
  });
});
