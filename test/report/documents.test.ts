import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { csvFileName, reportCsv } from '#src/report/csv.js';
import { writeReport } from '#src/report/index.js';
import { thumbnailPath, unpackPoints } from '#src/report/format.js';
import type { OkRow, PageRow, PageTables } from '#src/report/format.js';
import { EVERYTHING, rowExtra, select } from '#src/report/query.js';
import type { OcrResult, ResultRecord, TextLine } from '#src/contracts/results.js';
import { makePdf, rectangle } from '../support/pdf.js';
import { tempFolder } from '../support/temp.js';
import { greyPage, makeTiff } from '../support/tiff.js';

async function reportOf(records: readonly ResultRecord[]): Promise<{ rows: PageRow[]; tables: PageTables }> {
  const folder = tempFolder();
  async function* all(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    yield* records;
  }
  await writeReport(all(), folder, null, { base: folder });
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const element = (attribute: string) =>
    new RegExp(`<script type="application/json" ${attribute}>([^\\n]*)</script>`).exec(html)![1]!;
  return {
    rows: JSON.parse(element('class="rows"')) as PageRow[],
    tables: JSON.parse(element('id="tables"')) as PageTables,
  };
}

const ms = { decode: 1, preprocess: 1, inference: 1, postprocess: 1, at: 1 };
const line = (text: string): TextLine => ({ text, score: 0.5 });

function read(image: string, result: OcrResult, page?: number): ResultRecord {
  const place = page === undefined ? {} : { page, pages: 3 };
  return { index: 0, image, ...place, status: 'ok', task: 'ocr', width: 100, height: 50, result, ms };
}

function failed(image: string, page: number): ResultRecord {
  const error = { code: 'IMAGE_UNREADABLE', message: 'is cut, "again"' } as const;
  return { index: 0, image, page, pages: 3, status: 'error', error, attempts: 1 };
}

const mixed = [
  read('b.pdf', { lines: [line('b2')], text: 'b2' }, 2),
  read('a.png', { lines: [], text: '' }),
  read('a.pdf', { lines: [line('a3')], text: 'a3' }, 3),
  failed('b.pdf', 1),
  read('a.pdf', { lines: [line('a1')], text: 'a1' }, 1),
  read('b.pdf', { lines: [line('b3')], text: 'b3' }, 3),
];

describe('pages of documents', () => {
  it('stand together, in the order of their numbers', async () => {
    const { rows, tables } = await reportOf(mixed);
    expect(rows.map((row) => rowExtra(row).page)).toEqual(
      mixed.map(({ page }) => (page === undefined ? undefined : [page, 3])),
    );
    const names = { folders: tables.folders.map(([shown]) => shown), labels: [] };
    expect(select(rows, EVERYTHING, names)).toEqual([3, 0, 5, 1, 4, 2]);
    expect(select(rows, { ...EVERYTHING, order: 'name' }, names)).toEqual([4, 2, 1, 3, 0, 5]);
    expect(select(rows, { ...EVERYTHING, status: 'ok' }, names)).toEqual([0, 5, 1, 4, 2]);
  });

  it('have rows of CSV: quoted, guarded, without empty columns', async () => {
    const { rows, tables } = await reportOf([...mixed, read('=1.png', { lines: [line('1,5 €')], text: '' })]);
    expect(reportCsv(rows, [3, 1, 6], tables)).toBe(
      '\uFEFFimage,page,pages,status,errorCode,errorMessage,task,width,height,item,items,text,score\r\n' +
        'b.pdf,1,3,error,IMAGE_UNREADABLE,"is cut, ""again""",,,,,,,\r\n' +
        'a.png,,,ok,,,ocr,100,50,,0,,\r\n' +
        '\'=1.png,,,ok,,,ocr,100,50,1,1,"1,5 €",0.5\r\n',
    );
    expect(reportCsv(rows, [4], tables)).toBe(
      'image,page,pages,status,task,width,height,item,items,text,score\r\na.pdf,1,3,ok,ocr,100,50,1,1,a1,0.5\r\n',
    );
    expect(csvFileName('PP-OCRv4 · 扫描/2024 · fdeploy report')).toBe(
      'PP-OCRv4-扫描-2024-fdeploy-report.csv',
    );
    expect(csvFileName('···')).toBe('report.csv');
  });
});

describe('recognised text', () => {
  it('has its words, and knows which lines one row joins', async () => {
    const quad = (x: number) =>
      [
        [x, 10],
        [x + 20, 10],
        [x + 20, 20],
        [x, 20],
      ] as [[number, number], [number, number], [number, number], [number, number]];
    const words = [
      { text: 'a', score: 1, quad: quad(0) },
      { text: 'b', score: 1, quad: quad(30) },
    ];
    const { rows } = await reportOf([
      read('a.png', { lines: [{ ...line('a b'), words }, line('c'), line('d e')], text: 'a b c\nd e' }),
    ]);
    const extra = rowExtra(rows[0]!);
    expect(extra.joined).toEqual([1]);
    expect(extra.words!.slice(1)).toEqual(['', '']);
    const corners = unpackPoints(extra.words![0]!);
    const expected = words.flatMap((word) => word.quad);
    for (const [at, [x, y]] of corners.entries()) {
      expect(Math.abs((x / 4095) * 100 - expected[at]![0])).toBeLessThan(0.03);
      expect(Math.abs((y / 4095) * 50 - expected[at]![1])).toBeLessThan(0.03);
    }
    expect(corners).toHaveLength(8);
    expect((rows[0] as OkRow)[11]).toEqual(['a b', 'c', 'd e']);
  });
});

it('shows each page of a PDF and of a TIFF as its own picture', async () => {
  const folder = tempFolder();
  const fill = (rgb: string) => ({ width: 100, height: 50, content: rectangle(0, 0, 100, 50, rgb) });
  writeFileSync(join(folder, 'a.pdf'), makePdf([fill('1 0 0'), fill('0 0 1')]));
  writeFileSync(join(folder, 'b.tif'), makeTiff([greyPage(40, 20, 60), greyPage(40, 20, 200)]));
  const colours = [
    ['a.pdf', 1, [255, 0, 0]],
    ['a.pdf', 2, [0, 0, 255]],
    ['b.tif', 1, [60, 60, 60]],
    ['b.tif', 2, [200, 200, 200]],
  ] as const;
  async function* all(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    for (const [image, page] of colours) yield read(image, { lines: [], text: '' }, page);
  }
  await writeReport(all(), join(folder, 'page'), null, { base: folder });
  for (const [at, [, , expected]] of colours.entries()) {
    const { channels } = await sharp(join(folder, 'page', thumbnailPath(at))).stats();
    for (const [channel, value] of expected.entries())
      expect(Math.abs(channels[channel]!.mean - value)).toBeLessThan(8);
  }
});
