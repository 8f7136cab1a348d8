import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { ReportWriter, readRecords, writeReport } from '#src/report/index.js';
import { maskPath, thumbnailPath, unpackPoints } from '#src/report/format.js';
import { classColour } from '#src/ops/palette.js';
import type { OkRow, PageRow, PageTables } from '#src/report/format.js';
import type { ResultRecord } from '#src/contracts/results.js';
import { RESULTS, okRecords, records } from '../support/result-records.js';
import { tempFolder } from '../support/temp.js';

const MARKUP = '</script><script>alert(1)</script><!-- "\u2028';

function readPage(folder: string): { html: string; rows: PageRow[]; tables: PageTables } {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const rows = [
    ...html.matchAll(/<script type="application\/json" class="rows">([^\n]*)<\/script>/g),
  ].flatMap((element) => JSON.parse(element[1]!) as PageRow[]);
  const tables = /<script type="application\/json" id="tables">([^\n]*)<\/script>/.exec(html)![1]!;
  return { html, rows, tables: JSON.parse(tables) as PageTables };
}

const classified = (image: string, label: string, at: number): ResultRecord => ({
  index: 0,
  image,
  status: 'ok',
  task: 'classification',
  width: 10,
  height: 10,
  result: { classes: [{ id: 3, label, score: 0.5 }] },
  ms: { decode: 1, preprocess: 2, inference: 3, postprocess: 4, at },
});

describe('the page of the fixture records', () => {
  const folder = tempFolder();
  let page: ReturnType<typeof readPage>;
  beforeAll(async () => {
    await writeReport(join(RESULTS, 'records.jsonl'), folder, null, { base: RESULTS });
    page = readPage(folder);
  });

  it('holds every record in order, with what its picture shows', () => {
    expect(page.tables.rows).toBe(records.length);
    expect(page.rows.map((row) => `${page.tables.folders[row[1]]![0]}${row[2]}`)).toEqual(
      records.map((record) => record.image),
    );
    const detected = okRecords('detection')[0]!;
    const row = page.rows[records.indexOf(detected)] as OkRow;
    expect(row.slice(4, 6)).toEqual([detected.width, detected.height]);
    expect(row[9]).toEqual(detected.result.objects.map((object) => Number(object.score.toFixed(4))));
    const points = unpackPoints(row[10]);
    for (const [at, { box }] of detected.result.objects.entries()) {
      const found = [...points[at * 2]!, ...points[at * 2 + 1]!];
      for (const [side, value] of found.entries()) {
        const size = side % 2 === 0 ? detected.width : detected.height;
        const expected = Math.min(size, Math.max(0, box[side]!));
        expect(Math.abs((value / 4095) * size - expected)).toBeLessThan(size / 4095);
      }
    }
    const read = okRecords('ocr')[0]!;
    expect((page.rows[records.indexOf(read)] as OkRow)[11].join('\n')).toBe(read.result.text);
  });

  it('has a thumbnail of every picture that is there, upright', async () => {
    for (const [at, record] of records.entries()) {
      if (record.status === 'error') {
        expect(page.rows[at]![3]).toBe(0);
        continue;
      }
      const { width, height, format } = await sharp(join(folder, thumbnailPath(at))).metadata();
      expect(format).toBe('webp');
      expect(Math.max(width, height)).toBeLessThanOrEqual(256);
      const scale = Math.min(1, 256 / Math.max(record.width, record.height));
      expect(Math.abs(width - record.width * scale)).toBeLessThanOrEqual(1);
    }
  });

  it('lays masks over segmented pictures in the colours of their classes', async () => {
    for (const record of okRecords('segmentation')) {
      const at = records.indexOf(record);
      expect(page.rows[at]![3]).toBe(2);
      const { data, info } = await sharp(join(folder, maskPath(at)))
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const share = new Map<string, number>();
      for (let pixel = 0; pixel < data.length; pixel += 4) {
        const key = data[pixel + 3] === 0 ? 'clear' : [...data.subarray(pixel, pixel + 3)].join();
        share.set(key, (share.get(key) ?? 0) + 1 / (info.width * info.height));
      }
      for (const segment of record.result.segments) {
        const key = segment.label === 'background' ? 'clear' : classColour(segment.id).join();
        expect(Math.abs((share.get(key) ?? 0) - segment.share)).toBeLessThan(0.01);
      }
    }
  });

  it('runs its own script and style and nothing else, and loads nothing but pictures', () => {
    const { html } = page;
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
    expect(policy).toMatch(/^default-src 'none'; /);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    const own = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)![1]!;
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
    expect(policy).toContain(`script-src ${own(script)};`);
    expect(policy).toContain(`style-src ${own(style)};`);
    expect(html.match(/<script>/g)).toHaveLength(1);
    expect(html.replace(script, '')).not.toMatch(/\s(src|href|on\w+|style)=/i);
  });

  it('counts what the records say', () => {
    const { stats, codes, labels } = page.tables;
    const ok = records.filter((record) => record.status === 'ok');
    expect([stats.ok, stats.failed]).toEqual([ok.length, records.length - ok.length]);
    expect(codes).toEqual([{ code: 'IMAGE_MISSING', count: 1 }]);
    expect(stats.throughput.reduce((sum, images) => sum + images, 0)).toBe(ok.length);
    const inference = ok.map((record) => record.ms.inference);
    expect(stats.stages.inference.mean).toBeCloseTo(inference.reduce((a, b) => a + b, 0) / ok.length, 9);
    const best = okRecords('classification').map((record) => record.result.classes[0]!.label);
    for (const label of labels.filter((found) => found.task === 'classification'))
      expect(label.count).toBe(best.filter((name) => name === label.label).length);
  });
});

it('counts scores in twenty steps, both ends included', async () => {
  const folder = tempFolder();
  const scores = [0, 0.049, 0.05, 0.999, 1];
  async function* all(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    for (const score of scores) {
      const record = classified('a.jpg', 'x', 1);
      if (record.status === 'ok' && record.task === 'classification') record.result.classes[0]!.score = score;
      yield record;
    }
  }
  await writeReport(all(), folder, null);
  const { scores: counts } = readPage(folder).tables.stats;
  expect(counts).toEqual([2, 1, ...new Array<number>(17).fill(0), 2]);
});

it('lets no label, name, text or message out of its element', async () => {
  const folder = tempFolder();
  async function* all(): AsyncGenerator<ResultRecord> {
    yield classified(`a/${MARKUP}.jpg`, MARKUP, 5);
    await Promise.resolve();
    yield {
      index: 1,
      image: MARKUP,
      status: 'error',
      error: { code: 'INTERNAL', message: MARKUP },
      attempts: 1,
    };
  }
  await writeReport(all(), folder, null, { title: MARKUP });
  const { html, rows, tables } = readPage(folder);
  expect(html).not.toContain('<script>alert');
  expect(html.match(/<\/script/g)).toHaveLength(3);
  expect(html.match(/<!--/g)).toHaveLength(1);
  expect(tables.labels[0]!.label).toBe(MARKUP);
  expect(rows[1]![5]).toBe(MARKUP);
});

it('reaches the pictures from where the page lies', async () => {
  const folder = tempFolder();
  async function* one(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    yield classified('photos/100% #1/a.jpg', 'x', 1);
    yield classified('b.jpg', 'x', 2);
  }
  await writeReport(one(), join(folder, 'out', 'page'), null, { base: folder });
  expect(readPage(join(folder, 'out', 'page')).tables.folders).toEqual([
    ['photos/100% #1/', '../../photos/100%25%20%231/'],
    ['', '../../'],
  ]);
});

it.each([
  [['scans/2024/a/1.jpg', 'scans/2024/b/2.jpg', 'scans/2024/3.jpg'], 'scans/2024'],
  [['scans/1.jpg', 'scans/2.jpg'], 'scans'],
  [['scans/1.jpg', 'scans-2/1.jpg'], ''],
  [['/data/a/1.jpg', '/data/a/b/1.jpg'], '/data/a'],
  [['1.jpg', 'a/2.jpg'], ''],
])('is called by the model and the deepest folder of %j: %s', async (images, expected) => {
  const folder = tempFolder();
  async function* all(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    for (const image of images) yield classified(image, 'x', 1);
  }
  await writeReport(all(), folder, null, { base: folder, model: 'PicoDet' });
  const { heading, folder: shown, title } = readPage(folder).tables;
  expect([heading, shown]).toEqual(['PicoDet', expected]);
  expect(title).toBe(`PicoDet${expected === '' ? '' : ` · ${expected}`} · fdeploy report`);
});

it('takes records one by one, and leaves what was there until it is closed', async () => {
  const folder = tempFolder();
  const write = async (count: number) => {
    const writer = await ReportWriter.open(folder);
    for (let at = 0; at < count; at++) await writer.add(classified(`${at}.jpg`, 'x', at));
    return writer;
  };
  await (await write(1203)).close(null);
  expect(readPage(folder).rows.map((row) => row[2])).toEqual(
    Array.from({ length: 1203 }, (_, at) => `${at}.jpg`),
  );
  await (await write(3)).abandon();
  expect(readPage(folder).rows).toHaveLength(1203);
  await (await write(0)).close(null);
  expect(readPage(folder).rows).toHaveLength(0);
  expect(readdirSync(folder)).toEqual(['index.html']);
});

it('never replaces a page that is not its own', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'index.html'), '<!doctype html><p>mine</p>');
  await expect(ReportWriter.open(folder)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  expect(readdirSync(folder)).toEqual(['index.html']);
});

it('says where a page cannot be written', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(ReportWriter.open(join(folder, 'file', 'page'))).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
  });
});

describe('readRecords', () => {
  const file = join(tempFolder(), 'r.jsonl');
  const line = JSON.stringify(records[0]);
  const read = async (text: string): Promise<ResultRecord[]> => {
    writeFileSync(file, text);
    const found: ResultRecord[] = [];
    for await (const record of readRecords(file)) found.push(record);
    return found;
  };

  it('leaves a torn last line out', async () => {
    expect(await read(`${line}\n${line}\n${line.slice(0, 40)}`)).toEqual([records[0], records[0]]);
    expect(await read('')).toEqual([]);
  });

  it.each([
    [`${line}\n{"a":1}\n${line}\n`, /line 2/],
    ['no json', /line 1/],
    [`${line}\n[]\n\n${line}`, /line 2/],
  ])('names the line that is no record', async (text, message) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'RECORDS_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });

  it('names a file that is not there', async () => {
    rmSync(file, { force: true });
    await expect(readRecords(file).next()).rejects.toMatchObject({ code: 'RECORDS_INVALID', file });
  });
});

it('shows a placeholder for pictures that are gone since', async () => {
  const folder = tempFolder();
  cpSync(join(RESULTS, 'records.jsonl'), join(folder, 'r.jsonl'));
  await writeReport(join(folder, 'r.jsonl'), join(folder, 'page'), null, { base: folder });
  expect(readPage(join(folder, 'page')).rows.map((row) => row[3])).toEqual(records.map(() => 0));
});

it('takes masks from files where the run wrote them there', async () => {
  const folder = tempFolder();
  const record = structuredClone(okRecords('segmentation')[0]!);
  const { width, height } = record;
  // The left half is class 3, the rest background: black, as the mask files have it.
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) =>
    Math.floor(at / 3) % width < width / 2 ? classColour(3)[at % 3]! : 0,
  );
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(folder, 'mask.png'));
  cpSync(join(RESULTS, record.image), join(folder, 'a.jpg'));
  async function* one(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    yield {
      ...record,
      image: 'a.jpg',
      result: { ...record.result, mask: { width, height, file: 'mask.png' } },
    };
  }
  await writeReport(one(), join(folder, 'page'), null, { base: folder });
  const { data, info } = await sharp(join(folder, 'page', maskPath(0)))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(4);
  expect([...data.subarray(0, 3)]).toEqual([...classColour(3)]);
  expect(data[3]).toBeGreaterThan(0);
  expect(data[(info.width - 1) * 4 + 3]).toBe(0);
});
