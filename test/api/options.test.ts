import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fdeploy from 'fdeploy';
import { FdeployError, PaddleClasModel } from 'fdeploy';

const MODEL = 'fixtures/models/shapes-cls-pplcnet-onnx';
const PICTURE = 'fixtures/pictures/cls/cls_000.jpg';
const golden = JSON.parse(readFileSync('fixtures/golden/shapes-cls-pplcnet.json', 'utf8')) as {
  pictures: Record<string, { label_ids: number[] }>;
};
const BEST = golden.pictures['cls_000.jpg']!.label_ids[0];

/** The API as plain JavaScript sees it: anything may be passed. */
interface Untyped {
  predict(picture?: unknown): Promise<unknown>;
  predictBatch(pictures?: unknown): Promise<unknown>;
  run(pictures?: unknown): Promise<unknown>;
  close(): Promise<void>;
}
type Open = (model?: unknown, options?: unknown) => Promise<Untyped>;
const untyped = fdeploy as unknown as {
  openModel: Open;
  PaddleClasModel: { open: Open };
  PaddleOcrPipeline: { open: Open };
  openHandle(handle?: unknown): Promise<Untyped>;
  predictFiles(options?: unknown): AsyncGenerator<fdeploy.ResultRecord, fdeploy.RunSummary>;
};

/** What a promise is rejected with: an error by code, never a raw TypeError. */
async function errorOf(promise: Promise<unknown>): Promise<FdeployError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(FdeployError);
  return error as FdeployError;
}

/** The first record of a run, whose workers then end. */
async function firstOf(options: unknown) {
  for await (const record of untyped.predictFiles(options)) return record;
  throw new Error('no record');
}

describe('options of predictFiles', () => {
  const images = [PICTURE];
  const OURS = 'is an option of the command line';

  test.each([
    [{ worker: 2 }, "predictFiles has no option 'worker' (did you mean 'workers'?)"],
    [{ image: 'a' }, "predictFiles has no option 'image' (did you mean 'images'?)"],
    [{ frobnicate: 1 }, "predictFiles has no option 'frobnicate'; it has "],
    [{ toString: 1 }, "predictFiles has no option 'toString'"],
    [{ report: 'r' }, `'report' ${OURS}`],
    [{ output: 'o.jsonl' }, `'output' ${OURS}`],
    [{ format: 'csv' }, `'format' ${OURS}`],
    [{ resume: true }, `'resume' ${OURS}`],
    [{ retryErrors: false }, `'retryErrors' ${OURS}`],
    [{ overwrite: true }, `'overwrite' ${OURS}`],
    [{ fromFile: 'list' }, `'fromFile' ${OURS}`],
    [{ summary: 's.json' }, `'summary' ${OURS}`],
    [{ progress: 'bar' }, `'progress' ${OURS}`],
    [{ quiet: true }, `'quiet' ${OURS}`],
    [{ workers: 0 }, "workers must be a whole number from 1 to 1024, not '0'"],
    [{ workers: '2' }, "workers must be a number, not the string '2'"],
    [{ workers: NaN }, "workers must be a whole number from 1 to 1024, not 'NaN'"],
    [{ mode: 'proces' }, "mode must be thread or process, not 'proces' (did you mean 'process'?)"],
    [{ ordered: 'true' }, "ordered must be a boolean, not the string 'true'"],
    [{ ordered: 1 }, "ordered must be true or false, not '1'"],
    [{ labels: ['a'] }, 'labels must be a single value, not an array'],
    [{ labels: 5 }, 'labels must be a string, not the number 5'],
    [{ masks: null }, 'masks must be a single value, not null'],
    [{ model: 5 }, 'model must be a path or a file URL, not the number 5'],
    [{ model: '' }, "model must be a path or a file URL, not the string ''"],
    [{ signal: true }, 'signal must be an AbortSignal, not the boolean true'],
    [{ notify: 'x' }, "notify must be a function, not the string 'x'"],
    [{ images: undefined }, 'images must be a path, a file URL or an array of them, not undefined'],
    [{ images: { a: 1 } }, 'images must be a path, a file URL or an array of them, not an object'],
    [{ images: [PICTURE, 5] }, 'each of images must be a path or a file URL, not the number 5'],
    [{ images: ['-'] }, "'-' stands for standard input on the command line only"],
    [{ images: [new URL('ftp://localhost/a.jpg')] }, 'each of images must be a path or a file URL, not ftp:'],
    [{ scoreMaps: true }, "scoreMaps is for segmentation; this model's task is classification"],
  ])('%j is refused', async (options, message) => {
    const error = await errorOf(firstOf({ model: MODEL, images, workers: 1, ...options }));
    expect(error).toMatchObject({ code: 'BAD_OPTION', kind: 'call' });
    expect(error.message).toContain(message);
  });

  test('of no kind are refused', async () => {
    for (const options of [undefined, null, 'photos/', []]) {
      expect((await errorOf(firstOf(options))).message).toContain(
        'the options of predictFiles must be an object',
      );
    }
    expect(await errorOf(firstOf({ model: MODEL, images: [] }))).toMatchObject({ code: 'NO_IMAGES' });
  });

  test.each([
    ['a text', PICTURE],
    ['a file URL', pathToFileURL(PICTURE)],
    ['file URLs in an array', [pathToFileURL(PICTURE)]],
  ])('images: %s', async (_, named) => {
    const record = await firstOf({
      model: pathToFileURL(MODEL),
      images: named,
      workers: 1,
      labels: undefined,
    });
    expect(record).toMatchObject({ status: 'ok', result: { classes: expect.anything() as unknown } });
    expect(path.resolve(record.image)).toBe(path.resolve(PICTURE));
  });

  test('images: a folder as a text', async () => {
    const records: fdeploy.ResultRecord[] = [];
    for await (const record of untyped.predictFiles({
      model: MODEL,
      images: 'fixtures/pictures/cls/',
      workers: 1,
    }))
      records.push(record);
    expect(records).toHaveLength(Object.keys(golden.pictures).length);
  });
});

describe('options of open', () => {
  test.each([
    [{ topK: 3 }, "openModel has no option 'topK' (did you mean 'topk'?)"],
    [{ workers: 2 }, "openModel has no option 'workers'; it has "],
    [{ topk: 0 }, "topk must be a whole number from 1 to 65536, not '0'"],
    [{ topk: '3' }, "topk must be a number, not the string '3'"],
    [{ threads: 1.5 }, "threads must be a whole number from 1 to 1024, not '1.5'"],
    [{ batchSize: -1 }, "batchSize must be a whole number from 1 to 65536, not '-1'"],
    [{ shareWeights: 'no' }, "shareWeights must be true or false, not 'no'"],
    [{ decode: { backround: 'drop' } }, "decode has no option 'backround' (did you mean 'background'?)"],
    [{ decode: { background: 'white' } }, 'decode.background must be drop, auto or a colour'],
    [{ decode: 'drop' }, "decode must be an object, not the string 'drop'"],
    [{ ocr: { recBatch: 0 } }, 'ocr.recBatch must be a whole number from 1 to 65536'],
    [{ ocr: { recBatch: 2 } }, "ocr.recBatch is for ocr; this model's task is classification"],
    [{ detModel: 'd' }, "detModel is for ocr; this model's task is classification"],
    [{ notify: 1 }, 'notify must be a function, not the number 1'],
    ['topk', "the options of openModel must be an object, not the string 'topk'"],
  ])('%j is refused', async (options, message) => {
    const task = typeof options === 'string' ? options : { task: 'classification', ...options };
    const error = await errorOf(untyped.openModel(MODEL, task));
    expect(error).toMatchObject({ code: 'BAD_OPTION', kind: 'call' });
    expect(error.message).toContain(message);
  });

  test('the documentation names every one', async () => {
    const documentation = readFileSync('docs/api.md', 'utf8');
    for (const options of [{ frobnicate: 1 }, { ocr: { frobnicate: 1 } }, { decode: { frobnicate: 1 } }]) {
      const { message } = await errorOf(untyped.openModel(MODEL, options));
      const names = message.split('it has ')[1]!.split(', ');
      expect(names.filter((name) => !new RegExp(`[\`{ ]${name}[\`, ]`).test(documentation))).toEqual([]);
    }
  });

  test('a kind of model settles its task itself', async () => {
    const error = await errorOf(untyped.PaddleClasModel.open(MODEL, { task: 'detection' }));
    expect(error.message).toContain("PaddleClasModel.open has no option 'task'");
  });

  test.each([undefined, null, 5, {}, ''])('the model %p is refused', async (model) => {
    const error = await errorOf(untyped.openModel(model));
    expect(error).toMatchObject({ code: 'BAD_OPTION' });
    expect(error.message).toContain('a model must be a path or a file URL, not ');
  });

  test.each([undefined, null, 5, {}, { task: 'x', runtimes: {} }])(
    'the handle %p is refused',
    async (handle) => {
      expect(await errorOf(untyped.openHandle(handle))).toMatchObject({ code: 'BAD_OPTION' });
    },
  );

  test('undefined stands for what is not given', async () => {
    const model = await untyped.openModel(MODEL, { topk: undefined, ocr: undefined, notify: undefined });
    await model.close();
  });
});

describe('pictures', () => {
  let model: PaddleClasModel;
  let loose: Untyped;
  beforeAll(async () => {
    model = await PaddleClasModel.open(pathToFileURL(path.resolve(MODEL)));
    loose = model;
  });
  afterAll(() => model.close());

  test('a file URL is read as its path is', async () => {
    const { classes } = await model.predict(pathToFileURL(path.resolve(PICTURE)));
    expect(classes[0]!.id).toBe(BEST);
    const [result] = await model.predictBatch([pathToFileURL(path.resolve(PICTURE))]);
    expect(result!.classes[0]!.id).toBe(BEST);
    await expect(model.predict(new URL('file:///no/such.jpg'))).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
    });
  });

  const pixels = { data: new Uint8Array(12), width: 2, height: 2, channels: 3, order: 'rgb' };
  test.each([
    [undefined, 'not undefined'],
    [null, 'not null'],
    [7, 'not the number 7'],
    [{}, 'not an object'],
    [[PICTURE], 'not an array'],
    [new ArrayBuffer(4), 'not an object of ArrayBuffer'],
    [new URL('https://localhost/a.jpg'), 'not https://localhost/a.jpg'],
    [{ ...pixels, data: [1, 2] }, 'not an array as data'],
    [{ ...pixels, width: '2' }, "not the string '2' as width"],
    [{ ...pixels, height: 0 }, 'not the number 0 as height'],
    [{ ...pixels, channels: 2 }, 'not the number 2 as channels'],
    [{ ...pixels, order: 'RGB' }, "not the string 'RGB' as order"],
    [{ ...pixels, order: undefined }, 'not undefined as order'],
    [{ ...pixels, width: 3 }, 'Pixels of 3 x 2 with 3 channels take 18 bytes, not 12.'],
  ])('%p is refused', async (picture, message) => {
    for (const call of [loose.predict(picture), loose.predictBatch([picture])]) {
      const error = await errorOf(call);
      expect(error).toMatchObject({ code: 'BAD_OPTION' });
      expect(error.message).toContain(message);
    }
  });

  test.each([undefined, PICTURE, { 0: PICTURE }])('predictBatch(%p) is refused', async (pictures) => {
    expect((await errorOf(loose.predictBatch(pictures))).message).toContain(
      'predictBatch takes an array of pictures',
    );
    expect((await errorOf(loose.run(pictures))).message).toContain('run takes an array of decoded pictures');
  });

  test('run takes decoded pictures only', async () => {
    for (const picture of [undefined, PICTURE, { ...pixels, channels: 4, data: new Uint8Array(16) }]) {
      expect(await errorOf(loose.run([picture]))).toMatchObject({ code: 'BAD_OPTION' });
    }
  });
});
