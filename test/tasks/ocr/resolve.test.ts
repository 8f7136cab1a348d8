import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelHandle } from '#src/contracts/model.js';
import type { ModelSpec } from '#src/contracts/spec.js';
import { builtinModels } from '#src/tasks/ocr/builtin.js';
import type { OcrConfig } from '#src/tasks/ocr/config.js';
import { openHandle, resolveModel } from '#src/tasks/registry.js';
import { ocrPath } from '../../support/ocr.js';

const { det, cls, rec, dictionary } = builtinModels();
let folder: string;
let heard: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fdeploy-ocr-'));
  heard = [];
});
afterEach(() => rm(folder, { recursive: true }));

async function put(source: string, ...place: string[]): Promise<string> {
  const file = path.join(folder, ...place);
  await mkdir(path.dirname(file), { recursive: true });
  await copyFile(source, file);
  return file;
}

function resolve(spec: Partial<ModelSpec>): Promise<ModelHandle> {
  const defaults = { model: folder, threads: 1, batchSize: 1, shareWeights: false };
  return resolveModel({ ...defaults, ...spec }, (sentence) => heard.push(sentence));
}
const configOf = (handle: ModelHandle): OcrConfig => handle.config as OcrConfig;
const partsOf = (handle: ModelHandle): string[] => Object.keys(handle.runtimes).sort();

describe('models as they come', () => {
  test('folders det, cls and rec', async () => {
    await put(det, 'det', 'inference.onnx');
    await put(cls, 'cls', 'inference.onnx');
    await put(rec, 'rec', 'inference.onnx');
    await put(dictionary, 'rec', 'ppocr_keys_v1.txt');
    const handle = await resolve({});
    expect(handle.task).toBe('ocr');
    expect(partsOf(handle)).toEqual(['cls', 'det', 'rec']);
    expect(handle.runtimes.rec!.source).toBe(path.join(folder, 'rec', 'inference.onnx'));
    expect(configOf(handle).recognition!.dictionary.split('\n')).toHaveLength(6624);
    expect(heard).toContainEqual(expect.stringContaining('ppocr_keys_v1.txt'));
  });

  test('files whose names tell, and a dictionary beside them', async () => {
    for (const file of [det, cls, rec, dictionary]) await put(file, path.basename(file));
    const handle = await resolve({ noCls: true });
    expect(partsOf(handle)).toEqual(['det', 'rec']);
    expect(configOf(handle).orientation).toBeUndefined();
  });

  test('parts one by one over those that come with the install', async () => {
    const own = await put(det, 'mine.onnx');
    const handle = await resolve({ model: 'ppocr-v4', detModel: own });
    expect(handle.runtimes.det!.source).toBe(own);
    expect(handle.runtimes.rec!.source).toBe(rec);
    expect(partsOf(handle)).toEqual(['cls', 'det', 'rec']);
  });

  test('batches of orientation and of recognition, each its own', async () => {
    const handle = await resolve({ model: 'ppocr-v4', ocr: { clsBatch: 3, recBatch: 5 } });
    expect(configOf(handle).orientation!.batch).toBe(3);
    expect(configOf(handle).recognition!.batch).toBe(5);
  });

  test("a PaddleX pipeline's yaml, relative to the file, with what it sets", async () => {
    await put(det, 'models', 'a', 'inference.onnx');
    await put(rec, 'models', 'b', 'inference.onnx');
    await put(dictionary, 'keys.txt');
    const yaml = `
pipeline_name: OCR
use_textline_orientation: False
use_doc_preprocessor: False
SubModules:
  TextDetection: {model_name: PP-OCRv4_mobile_det, model_dir: models/a, limit_side_len: 64, limit_type: min, max_side_limit: 2000, thresh: 0.25, box_thresh: 0.55, unclip_ratio: 1.75}
  TextLineOrientation: {model_name: PP-LCNet_x0_25_textline_ori, model_dir: null}
  TextRecognition: {model_name: PP-OCRv4_mobile_rec, model_dir: models/b, batch_size: 4, score_thresh: 0.1}
`;
    await writeFile(path.join(folder, 'OCR.yaml'), yaml);
    const handle = await resolve({
      model: path.join(folder, 'OCR.yaml'),
      recDict: path.join(folder, 'keys.txt'),
    });
    expect(partsOf(handle)).toEqual(['det', 'rec']);
    const { detection, recognition } = configOf(handle);
    expect(detection).toMatchObject({
      limits: { type: 'min', side: 64, maxSide: 2000 },
      ...{ threshold: 0.25, boxThreshold: 0.55, unclipRatio: 1.75 },
    });
    expect(recognition).toMatchObject({ batch: 4, threshold: 0.1 });
  });

  test('an inference.yml: thresholds, dictionary and the 736 of families that name no limit', async () => {
    const common =
      'transform_ops: [DecodeImage: {img_mode: BGR}, DetLabelEncode: null, DetResizeForTest: null, NormalizeImage: {mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], scale: 1./255., order: hwc}, ToCHWImage: null, KeepKeys: {keep_keys: [image]}]';
    await put(det, 'inference.onnx');
    const post =
      'PostProcess: {name: DBPostProcess, thresh: 0.2, box_thresh: 0.45, max_candidates: 3000, unclip_ratio: 1.4}';
    await writeFile(
      path.join(folder, 'inference.yml'),
      `Global: {model_name: PP-OCRv6_mobile_det}\nPreProcess: {${common}}\n${post}\n`,
    );
    const handle = await resolve({ ocr: { profile: 'paddleocr' } });
    expect(partsOf(handle)).toEqual(['det']);
    expect(configOf(handle).detection).toMatchObject({
      limits: { type: 'min', side: 736 },
      ...{ threshold: 0.2, boxThreshold: 0.45, maxCandidates: 3000, unclipRatio: 1.4, mean: [0.5, 0.5, 0.5] },
    });
    expect(handle.decode.background).toBe('drop');
    const best = await resolve({ ocr: { detLimitSide: 640, detThresh: 0.35 } });
    expect(configOf(best).detection).toMatchObject({ limits: { type: 'max', side: 640 }, threshold: 0.35 });
    expect(best.decode.background).toBe('auto');
  });
});

describe('a part alone', () => {
  test('recognition reads a whole picture as one line', async () => {
    const file = await put(rec, 'ch_PP-OCRv4_rec_infer.onnx');
    const model = await openHandle(await resolve({ model: file, recDict: dictionary }));
    const result = await model.predict(ocrPath('pictures/single_line_a.png'));
    expect(result).toMatchObject({ lines: [{ text: expect.any(String) as string }] });
    expect((result as { lines: object[] }).lines[0]).not.toHaveProperty('quad');
    await model.close();
  });
  test('detection gives boxes without text', async () => {
    const file = await put(det, 'net.onnx');
    const model = await openHandle(await resolve({ model: file, task: 'ocr' }));
    const result = await model.predict(ocrPath('pictures/single_line_a.png'));
    expect(Object.keys(result)).toEqual(['lines']);
    const { lines } = result as { lines: object[] };
    expect(lines.map((line) => Object.keys(line))).toEqual([['quad']]);
    await model.close();
  });
});

describe("a user's mistakes", () => {
  test('recognition without a dictionary names the option', async () => {
    const file = await put(rec, 'rec.onnx');
    await expect(resolve({ model: file })).rejects.toMatchObject({
      code: 'DICTIONARY_MISSING',
      message: expect.stringContaining('--rec-dict') as string,
    });
  });
  test("another network's dictionary", async () => {
    const file = await put(rec, 'rec.onnx');
    const recDict = path.join(folder, 'short.txt');
    await writeFile(recDict, 'a\nb\n');
    await expect(resolve({ model: file, recDict })).rejects.toMatchObject({ code: 'DICTIONARY_MISMATCH' });
  });
  test('a config that names the page orientation model alone', async () => {
    await mkdir(path.join(folder, 'doc_ori'));
    await copyFile(
      ocrPath('document/doc_ori/inference.json'),
      path.join(folder, 'doc_ori', 'inference.json'),
    );
    await writeFile(path.join(folder, 'pages.yaml'), 'fdeploy: {task: ocr, doc: doc_ori}');
    await expect(resolve({ model: path.join(folder, 'pages.yaml') })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('a page orientation model alone reads no text') as string,
    });
  });

  test('a batch of pictures', async () => {
    await expect(resolve({ model: 'ppocr-v4', batchSize: 2 })).rejects.toMatchObject({ code: 'BAD_OPTION' });
  });
  test('a detection network named as recognition', async () => {
    const recModel = await put(det, 'rec.onnx');
    await expect(resolve({ model: recModel, recModel })).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' });
  });
  test('a pipeline without model_dir', async () => {
    const yaml = 'SubModules: {TextDetection: {model_dir: null}, TextRecognition: {model_dir: null}}\n';
    await writeFile(path.join(folder, 'OCR.yaml'), yaml);
    await expect(resolve({ model: path.join(folder, 'OCR.yaml') })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('model_dir for TextDetection') as string,
    });
  });
  test('an operator that is not known', async () => {
    await put(det, 'inference.onnx');
    const yml = 'PreProcess: {transform_ops: [Sharpen: {}]}\nPostProcess: {name: DBPostProcess}\n';
    await writeFile(path.join(folder, 'inference.yml'), yml);
    await expect(resolve({})).rejects.toMatchObject({ code: 'OPERATOR_UNSUPPORTED', found: 'Sharpen' });
  });
});
