import { readFileSync, readdirSync } from 'node:fs';
import { FdeployError, openModel, PaddleClasModel, PaddleOcrPipeline } from 'fdeploy';
import { IMAGENET_PREPROCESSING } from '#src/tasks/classification/config.js';
import { ClasPreprocessor } from '#src/tasks/classification/preprocess.js';
import { OrientationPreprocessor } from '#src/tasks/ocr/orientation-preprocess.js';
import { PROFILES } from '#src/tasks/ocr/profiles.js';
import { RecognitionPreprocessor } from '#src/tasks/ocr/recognition-preprocess.js';
import { DetectionPreprocessor } from '#src/tasks/ocr/detection-preprocess.js';
import { ocrPath, readOcrJson, readOcrPicture, stagesOf } from '../support/ocr.js';

const CLAS = 'fixtures/models/shapes-cls-pplcnet-onnx';

/** FastDeploy's classes of each picture. */
const { pictures: classes } = JSON.parse(readFileSync('fixtures/golden/shapes-cls-pplcnet.json', 'utf8')) as {
  pictures: Record<string, { label_ids: number[]; scores: number[] }>;
};
const files = Object.keys(classes).map((name) => `fixtures/pictures/cls/${name}`);
const wanted = Object.values(classes).map(({ label_ids }) => label_ids);
const idsOf = (results: readonly { classes: { id: number }[] }[]) =>
  results.map((result) => result.classes.map(({ id }) => id));

/** PaddleOCR's texts of pictures. */
const truth = readOcrJson('paddlex-operators.json') as Record<string, { lines: { text: string }[] }>;

describe('calls at the same time on one model each get their own picture’s result', () => {
  test('classification: predict', async () => {
    const model = await PaddleClasModel.open(CLAS);
    const results = await Promise.all(files.map((file) => model.predict(file)));
    await model.close();
    expect(idsOf(results)).toEqual(wanted);
  });

  test('classification: predict and predictBatch, in turn with clones that come and go', async () => {
    const model = await PaddleClasModel.open(CLAS, { batchSize: 3 });
    const half = Math.ceil(files.length / 2);
    const [first, second, others] = await Promise.all([
      model.predictBatch(files.slice(0, half)),
      model.predictBatch(files.slice(half)),
      Promise.all(
        files.map(async (file, i) => {
          if (i % 3 > 0) return model.predict(file);
          const twin = await model.clone();
          const result = await twin.predict(file);
          await twin.close();
          return result;
        }),
      ),
    ]);
    await model.close();
    expect(idsOf([...first, ...second])).toEqual(wanted);
    expect(idsOf(others)).toEqual(wanted);
  });

  test.each([
    ['shapes-det-picodet-onnx', 'det'],
    ['shapes-seg-pphumanseg-none-onnx', 'seg'],
  ])('%s: what each gives alone', async (name, folder) => {
    const model = await openModel(`fixtures/models/${name}`);
    const pictures = readdirSync(`fixtures/pictures/${folder}`)
      .filter((file) => /\.(jpg|png)$/.test(file))
      .slice(0, 6)
      .map((file) => `fixtures/pictures/${folder}/${file}`);
    const alone: unknown[] = [];
    for (const picture of pictures) alone.push(await model.predict(picture));
    expect(await Promise.all(pictures.map((picture) => model.predict(picture)))).toEqual(alone);
    await model.close();
  });

  test('ocr: the pipeline', async () => {
    const pipeline = await PaddleOcrPipeline.open('ppocr-v4', { ocr: { profile: 'paddleocr' } });
    const names = ['digits_a.png', 'rot180_a.png', 'empty_a.png'];
    const [results, batch] = await Promise.all([
      Promise.all(names.map((name) => pipeline.predict(ocrPath(`pictures/${name}`)))),
      pipeline.predictBatch(names.map((name) => ocrPath(`pictures/${name}`))),
    ]);
    await pipeline.close();
    const texts = names.map((name) => truth[name]!.lines.map(({ text }) => text).join('\n'));
    expect(results.map(({ text }) => text)).toEqual(texts);
    expect(batch.map(({ text }) => text)).toEqual(texts);
  });

  test('ocr: a part of the pipeline', async () => {
    const pipeline = await PaddleOcrPipeline.open('ppocr-v4', { ocr: { profile: 'paddleocr' } });
    const lines = (['digits_a', 'vertical_a'] as const)
      .flatMap((name) =>
        stagesOf(name).lines.map(({ crop, text, cls_label }) => ({
          file: `stages/${name}/${crop}`,
          text,
          cls_label,
        })),
      )
      .filter(({ cls_label }) => cls_label === 0);
    const crops = await Promise.all(lines.map(({ file }) => readOcrPicture(file)));
    const read = await Promise.all(crops.map((crop) => pipeline.recognition!.run([crop])));
    await pipeline.close();
    // Lines are alone in their batch here: a space more or less is all that may hang on that.
    const letters = (text: string) => text.replaceAll(' ', '');
    expect(read.map(([line]) => letters(line!.text))).toEqual(lines.map(({ text }) => letters(text)));
  });
});

describe('a Preprocessor used alone', () => {
  const { detection, orientation, recognition } = PROFILES.paddleocr;
  const line = (value: number) =>
    ({
      data: new Uint8Array(3 * 96 * 48).fill(value),
      width: 96,
      height: 48,
      channels: 3,
      order: 'bgr',
    }) as const;

  test.each([
    ['classification', new ClasPreprocessor(IMAGENET_PREPROCESSING, 'x')],
    ['detection', new DetectionPreprocessor(detection, 'x')],
    ['orientation', new OrientationPreprocessor(orientation, 'x')],
    ['recognition', new RecognitionPreprocessor({ ...recognition, dynamicWidth: true, dictionary: '' }, 'x')],
  ])('of %s gives feeds that a later run leaves alone', (_, preprocessor) => {
    const { x: first } = preprocessor.run([line(10)]).feeds;
    const before = [...(first!.data as Float32Array)];
    preprocessor.run([line(200)]);
    expect([...(first!.data as Float32Array)]).toEqual(before);
  });
});

describe('close', () => {
  const open = (): Promise<PaddleClasModel> => PaddleClasModel.open(CLAS);

  test('waits for the calls before it', async () => {
    const model = await open();
    const ended: string[] = [];
    const calls = [
      model.predict(files[0]!).then(() => ended.push('predict')),
      model.predictBatch(files.slice(0, 5)).then(() => ended.push('predictBatch')),
    ];
    await model.close();
    expect(ended.sort()).toEqual(['predict', 'predictBatch']);
    await Promise.all(calls);
  });

  test('is harmless twice, also at the same time', async () => {
    const model = await open();
    await Promise.all([model.close(), model.close()]);
    await model.close();
  });

  test('leaves clones alone', async () => {
    const model = await open();
    const twin = await model.clone();
    const [result] = await Promise.all([twin.predict(files[0]!), model.close()]);
    expect(idsOf([result])).toEqual([wanted[0]]);
    await twin.close();
  });

  test.each([
    ['predict', (model: PaddleClasModel) => model.predict(files[0]!)],
    ['predictBatch', (model: PaddleClasModel) => model.predictBatch(files)],
    ['predictBatch of none', (model: PaddleClasModel) => model.predictBatch([])],
    ['run', (model: PaddleClasModel) => model.run([])],
    ['clone', (model: PaddleClasModel) => model.clone()],
  ])('makes later calls of %s fail by code', async (_, call) => {
    const model = await open();
    const closing = model.close();
    const error = await call(model).catch((thrown: unknown) => thrown);
    await closing;
    expect(error).toBeInstanceOf(FdeployError);
    expect(error).toMatchObject({ code: 'MODEL_CLOSED', kind: 'call' });
    await expect(call(model)).rejects.toMatchObject({ code: 'MODEL_CLOSED' });
  });

  test('of a pipeline waits for its calls and for those of its parts', async () => {
    const pipeline = await PaddleOcrPipeline.open();
    const picture = await readOcrPicture('pictures/single_line_a.png');
    const calls = Promise.all([
      pipeline.predict(ocrPath('pictures/single_line_a.png')),
      pipeline.recognition!.run([picture]),
      pipeline.detection!.runtime.run({
        x: { type: 'float32', dims: [1, 3, 32, 32], data: new Float32Array(3072) },
      }),
    ]);
    await pipeline.close();
    const [{ text }] = await calls;
    expect(text).not.toBe('');
    await expect(pipeline.predict(ocrPath('pictures/single_line_a.png'))).rejects.toMatchObject({
      code: 'MODEL_CLOSED',
    });
    await expect(pipeline.recognition!.run([picture])).rejects.toMatchObject({ code: 'MODEL_CLOSED' });
  });

  test('is not held up by a call that failed', async () => {
    const model = await open();
    const failed = model.predict('no/such/picture.jpg').catch((error: unknown) => error);
    const after = model.predict(files[1]!);
    await model.close();
    expect(await failed).toMatchObject({ code: 'IMAGE_MISSING' });
    expect(idsOf([await after])).toEqual([wanted[1]]);
  });
});

describe('predictBatch', () => {
  test('keeps the order of pictures of several shapes', async () => {
    const model = await PaddleClasModel.open(CLAS, { batchSize: 4 });
    const results = await model.predictBatch(files);
    await model.close();
    expect(idsOf(results)).toEqual(wanted);
  });

  test('goes through a handle with its batch size', async () => {
    const model = await PaddleClasModel.open(CLAS, { batchSize: 7 });
    expect(model.handle().batchSize).toBe(7);
    await model.close();
  });

  test('fails with the first picture that cannot be read, and the model goes on', async () => {
    const model = await PaddleClasModel.open(CLAS, { batchSize: 2 });
    const batch = model.predictBatch([files[0]!, files[1]!, files[2]!, 'gone.jpg', files[3]!, 'lost.jpg']);
    await expect(batch).rejects.toMatchObject({ code: 'IMAGE_MISSING', file: 'gone.jpg' });
    expect(idsOf([await model.predict(files[0]!)])).toEqual([wanted[0]]);
    await model.close();
  });
});
