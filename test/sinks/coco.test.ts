import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeSink, openFileTarget, type Target } from '#src/sinks/index.js';
import type { OkRecord, ResultRecord } from '#src/contracts/results.js';
import { ERROR_RECORD, RECORDS } from '../support/records.js';
import { tempFolder } from '../support/temp.js';

interface Mask {
  width: number;
  height: number;
  runs: number[];
  counts: string;
  area: number;
}
interface Coco {
  info: { model: string };
  annotations: Record<string, unknown>[];
  images: Record<string, unknown>[];
  categories: { id: number; name: string }[];
  errors: Record<string, unknown>[];
}

const folder = tempFolder();
const model = { name: 'shapes', task: 'detection', files: {} } as const;

async function document(records: readonly ResultRecord[], labels: (string | null)[] = []): Promise<Coco> {
  const file = path.join(folder, `${Math.random().toString(36)}.json`);
  const sink = makeSink('coco', await openFileTarget(file, 'wx'), { model, labels, resumed: false });
  for (const record of records) await sink.write(record);
  await sink.end();
  return JSON.parse(readFileSync(file, 'utf8')) as Coco;
}

test('holds objects, pictures, labels and errors', async () => {
  const coco = await document([RECORDS.detection, ERROR_RECORD], ['star', 'cross, "red"', null]);
  expect(coco.images).toEqual([{ id: 2, file_name: 'photos/b.jpg', width: 500, height: 375 }]);
  expect(coco.annotations).toEqual([
    {
      id: 1,
      image_id: 2,
      category_id: 0,
      bbox: [1.5, 2, 28.5, 38.25],
      area: 1090.125,
      score: 0.5,
      iscrowd: 0,
    },
    {
      ...{ id: 2, image_id: 2, category_id: 1, bbox: [0, 0, 2, 2], area: 2, score: 0.25, iscrowd: 0 },
      segmentation: { size: [2, 2], counts: '121' }, // 1, 2 and 1 pixels, column by column as row by row
    },
  ]);
  expect(coco.categories).toEqual([
    { id: 0, name: 'star' },
    { id: 1, name: 'cross, "red"' },
    { id: 2, name: '#2' },
  ]);
  expect(coco.errors).toMatchObject([{ file_name: ERROR_RECORD.image, code: 'IMAGE_UNREADABLE' }]);
});

test('names labels that only the objects have, and the pages of documents', async () => {
  const { categories, images } = await document([{ ...RECORDS.detection, page: 2, pages: 3 }]);
  expect(categories).toEqual([
    { id: 0, name: 'star' },
    { id: 1, name: 'cross, "red"' },
  ]);
  expect(images).toMatchObject([{ file_name: 'photos/b.jpg', page: 2, pages: 3 }]);
});

test('is a document without a record', async () => {
  expect(await document([])).toMatchObject({ annotations: [], images: [], categories: [], errors: [] });
});

test.each(JSON.parse(readFileSync('fixtures/coco/rle.json', 'utf8')) as Mask[])(
  'encodes a mask of $width x $height as pycocotools does: $counts',
  async ({ width, height, runs, counts, area }) => {
    const record: OkRecord = {
      ...RECORDS.detection,
      result: {
        objects: [{ id: 0, label: null, score: 1, box: [0, 0, 1, 1], mask: { width, height, runs } }],
      },
    };
    const { annotations } = await document([record]);
    expect(annotations).toMatchObject([{ area, segmentation: { size: [height, width], counts } }]);
  },
);

test('keeps every picture of a long run, and leaves no temporary file', async () => {
  const count = 12_000;
  const name = (index: number): string => `${'é'.repeat(100)}${index}.jpg`;
  const records = Array.from({ length: count }, (_, index): OkRecord => ({
    ...RECORDS.detection,
    index,
    image: name(index),
    result: { objects: [] },
  }));
  const { images } = await document(records);
  expect(images.map(({ id, file_name }) => [id, file_name])).toEqual(
    records.map(({ index, image }) => [index + 1, image]),
  );
  expect(readdirSync(tmpdir()).filter((file) => file.startsWith('fdeploy-lines-'))).toEqual([]);
});

test('is valid where its pictures do not fit on the disk', async () => {
  let text = '';
  let full = false;
  const target: Target = {
    name: 'disk',
    write: (bytes) => {
      if (full && bytes.length > 100) return Promise.reject(new Error('no space'));
      text += Buffer.from(bytes).toString();
      full ||= text.includes('"images"');
      return Promise.resolve();
    },
    rollBack: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const sink = makeSink('coco', target, { model, resumed: false });
  for (let index = 0; index < 10; index++) await sink.write({ ...RECORDS.detection, index });
  await expect(sink.end()).rejects.toMatchObject({ code: 'OUTPUT_FAILED' });
  expect((JSON.parse(text) as Coco).annotations).toHaveLength(20);
});
