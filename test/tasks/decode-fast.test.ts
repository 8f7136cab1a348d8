import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import sharp from 'sharp';
import { openModel, predictFiles, type OkRecord, type PredictFilesOptions, type TaskResult } from 'fdeploy';
import { tempFolder } from '../support/temp.js';

const MODELS = resolve('fixtures/models');
const folder = tempFolder();

/** A fixture picture enlarged to 12 megapixels as cameras have them, or fewer; its orientation is kept. */
async function photo(name: string, pixels = 12e6): Promise<string> {
  const source = sharp(resolve('fixtures/pictures', name)).keepExif();
  const { width, height } = await source.metadata();
  const factor = Math.sqrt(pixels / (width * height));
  const size = { width: Math.round(width * factor), height: Math.round(height * factor) };
  const file = join(folder, `${pixels}-${basename(name)}`);
  await source
    .resize({ ...size, fit: 'fill' })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toFile(file);
  return file;
}

const NAMES = {
  cls: ['cls/cls_000.jpg', 'cls/cls_008_grey.jpg', 'cls/cls_014_exif6.jpg'],
  det: ['det/det_014_exif6.jpg', 'det/det_022.jpg'],
  seg: ['seg/seg_014_exif6.jpg'],
};
const photos: Record<keyof typeof NAMES, string[]> = { cls: [], det: [], seg: [] };
beforeAll(async () => {
  for (const kind of ['cls', 'det', 'seg'] as const)
    for (const name of NAMES[kind]) photos[kind].push(await photo(name));
});

async function both(model: string, images: readonly string[]): Promise<[TaskResult, TaskResult][]> {
  const exact = await openModel(join(MODELS, model));
  const fast = await openModel(join(MODELS, model), { decode: { mode: 'fast' } });
  try {
    const results: [TaskResult, TaskResult][] = [];
    for (const image of images) results.push([await exact.predict(image), await fast.predict(image)]);
    return results;
  } finally {
    await Promise.all([exact.close(), fast.close()]);
  }
}

const isOf = <K extends string>(
  result: TaskResult,
  key: K,
): result is Extract<TaskResult, Record<K, unknown>> => key in result;

test('classification: the same best class, scores within 0.02', async () => {
  for (const [exact, fast] of await both('shapes-cls-pplcnet-onnx', photos.cls)) {
    if (!isOf(exact, 'classes') || !isOf(fast, 'classes')) throw new Error('no classes');
    expect(fast.classes[0]!.id).toBe(exact.classes[0]!.id);
    const scores = new Map(fast.classes.map(({ id, score }) => [id, score]));
    for (const { id, score } of exact.classes) expect(Math.abs(scores.get(id)! - score)).toBeLessThan(0.02);
  }
});

test('detection: boxes in pixels of the original picture', async () => {
  for (const [exact, fast] of await both('shapes-det-picodet-onnx', photos.det)) {
    if (!isOf(exact, 'objects') || !isOf(fast, 'objects')) throw new Error('no objects');
    const [a, b] = [exact.objects[0]!, fast.objects[0]!];
    expect(b.id).toBe(a.id);
    expect(Math.abs(b.score - a.score)).toBeLessThan(0.05);
    const longer = Math.max(a.box[2] - a.box[0], a.box[3] - a.box[1]);
    for (const [i, value] of a.box.entries()) expect(Math.abs(b.box[i]! - value)).toBeLessThan(0.03 * longer);
  }
});

test('segmentation: a map of the original size', async () => {
  for (const [exact, fast] of await both('shapes-seg-pphumanseg-argmax-onnx', photos.seg)) {
    if (!isOf(exact, 'segments') || !isOf(fast, 'segments')) throw new Error('no segments');
    expect([fast.mask.width, fast.mask.height]).toEqual([exact.mask.width, exact.mask.height]);
    expect(fast.segments.map(({ id }) => id)).toEqual(exact.segments.map(({ id }) => id));
    for (const [i, { share }] of exact.segments.entries())
      expect(Math.abs(fast.segments[i]!.share - share)).toBeLessThan(0.02);
  }
});

/** The one file of a folder and of those in it. */
function fileIn(place: string): string {
  const [entry] = readdirSync(place, { withFileTypes: true });
  const inside = join(place, entry!.name);
  return entry!.isDirectory() ? fileIn(inside) : inside;
}

describe('what a run writes', () => {
  let images: { det: string; seg: string };
  beforeAll(async () => {
    images = {
      det: await photo('det/det_014_exif6.jpg', 2e6),
      seg: await photo('seg/seg_014_exif6.jpg', 2e6),
    };
  });

  async function run(model: string, image: string, options: Omit<PredictFilesOptions, 'images'>) {
    const records: OkRecord[] = [];
    const run = predictFiles({ model: join(MODELS, model), images: [image], workers: 1, ...options });
    for await (const record of run) if (record.status === 'ok') records.push(record);
    return records[0]!;
  }

  test.each(['thread', 'process'] as const)(
    'records and label maps of the original size (%s)',
    async (mode) => {
      const masks = join(folder, `${mode}-masks`);
      mkdirSync(masks);
      const record = await run('shapes-seg-pphumanseg-argmax-onnx', images.seg, {
        mode,
        masks,
        decode: 'fast',
      });
      const { width, autoOrient } = await sharp(images.seg).metadata();
      expect([record.width, record.height]).toEqual([autoOrient.width, autoOrient.height]);
      expect(record.height).toBe(width); // it is turned
      const map = await sharp(fileIn(masks)).metadata();
      expect([map.width, map.height]).toEqual([record.width, record.height]);
    },
  );

  test('drawings with every pixel of the picture, whatever the network got', async () => {
    const draw = async (decode: 'exact' | 'fast') => {
      const drawings = join(folder, `drawn-${decode}`);
      // a threshold that nothing reaches: the picture alone is drawn
      await run('shapes-det-picodet-onnx', images.det, { decode, saveImages: drawings, threshold: 1 });
      return sharp(fileIn(drawings)).removeAlpha().raw().toBuffer();
    };
    const [exact, fast] = [await draw('exact'), await draw('fast')];
    expect(exact.length).toBeGreaterThan(5e6);
    expect(fast.equals(exact)).toBe(true);
  });
});

test('reading text needs every pixel', async () => {
  const run = predictFiles({ images: [photos.cls[0]!], decode: 'fast' });
  await expect(run.next()).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: "decode is for classification and detection and segmentation; this model's task is ocr",
  });
});
