import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Picture } from '#src/contracts/picture.js';
import { PdfThread } from '#src/documents/pdf/thread.js';
import { makePdf, rectangle, type PdfPage } from '../support/pdf.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const thread = new PdfThread();
afterAll(() => {
  thread.end();
});

const SETTINGS = { dpi: 144, maxPixels: 1e8 };
const RED = '1 0 0';
const BLUE = '0 0 1';

function fileOf(name: string, bytes: Buffer): { name: string; path: string } {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return { name, path: file };
}

/** Red, green and blue of a pixel. */
function colourAt({ data, width, order }: Picture, x: number, y: number): number[] {
  const pixel = [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  return order === 'bgr' ? pixel.reverse() : pixel;
}

const render = (name: string, pages: PdfPage[], settings = SETTINGS): Promise<Picture> =>
  thread.render(fileOf(name, makePdf(pages)), 1, settings);

describe('a page', () => {
  test('has its size in points x dpi / 72 pixels, and its colours at their places', async () => {
    // 20 x 10 points, at two pixels a point: a red square of 5 points, 2 from the left and 3 from the bottom.
    const page = await render('places.pdf', [{ width: 20, height: 10, content: rectangle(2, 3, 5, 5, RED) }]);
    expect(page).toMatchObject({ width: 40, height: 20, channels: 3 });
    expect(page.data).toHaveLength(40 * 20 * 3);
    const inside = (x: number, y: number): boolean => x >= 4 && x < 14 && y >= 4 && y < 14;
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 40; x++) {
        expect([x, y, ...colourAt(page, x, y)]).toEqual([x, y, 255, ...(inside(x, y) ? [0, 0] : [255, 255])]);
      }
    }
  });

  test('is turned as it says', async () => {
    const content = rectangle(0, 0, 10, 10, BLUE); // lower left, so upper left after a quarter turn to the right
    const page = await render('turned.pdf', [{ width: 20, height: 10, content, entries: '/Rotate 90' }]);
    expect(page).toMatchObject({ width: 20, height: 40 });
    expect(colourAt(page, 5, 5)).toEqual([0, 0, 255]);
    expect(colourAt(page, 5, 35)).toEqual([255, 255, 255]);
  });

  test.each([
    // 72 x 36 points at 144 dpi have 144 x 72 pixels; the scale that gives 2 x 512 pixels is 32 / 72.
    ['in all', 512, { width: 32, height: 16 }],
    ['in all, down to one', 1, { width: 1, height: 1 }],
  ])('has no more pixels than allowed %s', async (_, maxPixels, size) => {
    const pages = [{ width: 72, height: 36 }];
    expect(await render(`most-${maxPixels}.pdf`, pages, { dpi: 144, maxPixels })).toMatchObject(size);
  });

  test('that is very large is rendered strip by strip, without a seam', async () => {
    // 8000 x 6000 pixels are 144 million bytes. A frame and a cross of lines that are 100 pixels wide.
    const content = [
      rectangle(0, 0, 50, 3000, RED),
      rectangle(0, 1475, 4000, 50, BLUE),
      rectangle(1975, 0, 50, 3000, '0 1 0'),
    ].join('\n');
    const page = await render('large.pdf', [{ width: 4000, height: 3000, content }]);
    expect(page).toMatchObject({ width: 8000, height: 6000 });
    for (let y = 0; y < 6000; y += 7) {
      const isBlue = y >= 2950 && y < 3050;
      const ground = isBlue ? [0, 0, 255] : [255, 255, 255];
      expect([y, ...colourAt(page, 2000, y)]).toEqual([y, ...ground]);
      expect([y, ...colourAt(page, 4000, y)]).toEqual([y, 0, 255, 0]);
      expect([y, ...colourAt(page, 50, y)]).toEqual([y, ...(isBlue ? [0, 0, 255] : [255, 0, 0])]);
    }
  });
});

test('pages of two documents in turn are told apart', async () => {
  const of = (colour: string, width: number): Buffer =>
    makePdf(
      [1, 2, 3].map((height) => ({ width, height: height * 10, content: rectangle(0, 0, 99, 99, colour) })),
    );
  const [red, blue] = [fileOf('red.pdf', of(RED, 10)), fileOf('blue.pdf', of(BLUE, 20))];
  const pages = [3, 1, 2].flatMap((page) => [
    thread.render(red, page, SETTINGS),
    thread.render(blue, page, SETTINGS),
  ]);
  const seen = (await Promise.all(pages)).map((page) => [page.width, page.height, ...colourAt(page, 0, 0)]);
  expect(seen).toEqual(
    [3, 1, 2].flatMap((page) => [
      [20, page * 20, 255, 0, 0],
      [40, page * 20, 0, 0, 255],
    ]),
  );
});

describe('a document that cannot be read', () => {
  const count = (name: string, bytes: Buffer): Promise<number> => thread.count(fileOf(name, bytes));
  const whole = makePdf([{ width: 10, height: 10 }]);

  test.each<[string, Buffer, string]>([
    ['empty', Buffer.alloc(0), 'it is damaged, or not a PDF'],
    ['text', Buffer.from('%PDF-1.4\nnothing else'), 'it is damaged, or not a PDF'],
    ['cut', whole.subarray(0, 100), 'it is damaged, or not a PDF'],
    ['without-pages', makePdf([]), 'it has no pages'],
    [
      'lying',
      makePdf([{ width: 10, height: 10 }], { tree: '<< /Type /Pages /Kids [4 0 R] /Count 1000000 >>' }),
      'it claims to have 1000000 pages in',
    ],
  ])('%s', async (name, bytes, reason) => {
    await expect(count(`${name}.pdf`, bytes)).rejects.toMatchObject({
      code: 'IMAGE_UNREADABLE',
      message: expect.stringContaining(`${name}.pdf cannot be opened as a PDF: ${reason}`) as string,
    });
  });

  test('missing', async () => {
    await expect(thread.count({ name: 'no.pdf', path: path.join(folder, 'no.pdf') })).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
    });
  });

  test('does not take others with it', async () => {
    expect(await count('whole.pdf', whole)).toBe(1);
  });
});

test('a page that takes too long fails, and the next one is rendered', async () => {
  const many = `${rectangle(0, 0, 600, 600)}\n`.repeat(300_000);
  const slow = fileOf('slow.pdf', makePdf([{ width: 600, height: 600, content: many }]));
  const hasty = new PdfThread({ countMs: 30_000, renderMs: 400 });
  try {
    await expect(hasty.render(slow, 1, { dpi: 1000, maxPixels: 1e8 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'slow.pdf (page 1) could not be rendered within 0.4 s.',
    });
  } finally {
    hasty.end();
  }
  const patient = new PdfThread();
  expect(await patient.count(slow)).toBe(1);
  patient.end();
});
