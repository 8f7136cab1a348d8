import type { Picture, RawPicture } from '#src/contracts/picture.js';
import type { OcrResult } from '#src/contracts/results.js';
import type { RuntimeHandle } from '#src/contracts/runtime.js';
import type { Tensor } from '#src/contracts/tensor.js';
import type { DetectionStage } from '#src/tasks/ocr/detection-stage.js';
import { readingRows } from '#src/tasks/ocr/layout/reading-rows.js';
import type { OrientationStage } from '#src/tasks/ocr/line-turns.js';
import { OrientationPostprocessor } from '#src/tasks/ocr/orientation-postprocess.js';
import { OcrPipeline } from '#src/tasks/ocr/pipeline.js';
import type { RecognitionStage } from '#src/tasks/ocr/read-lines.js';
import { RecognitionPostprocessor } from '#src/tasks/ocr/recognition-postprocess.js';
import { OcrStage } from '#src/tasks/ocr/stage.js';

const [WIDTH, HEIGHT] = [40, 20];

/** Lines side by side, each of one colour. */
function pictureOf(values: readonly number[]): RawPicture {
  const width = WIDTH * values.length;
  const data = Uint8Array.from({ length: width * HEIGHT * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    return values[Math.floor(column / WIDTH)]!;
  });
  return { data, width, height: HEIGHT, channels: 3, order: 'bgr' };
}

/** A stage whose network gets the value of each line, divided by 256, and answers with a row of `scores` each. */
function stageOf<Result>(
  config: object,
  scores: (value: number) => number[],
  dims: (lines: number) => number[],
  postprocessor: { run: (outputs: Record<string, Tensor>, contexts: never[]) => Result[] },
) {
  const batches: number[] = [];
  const preprocessor = {
    config,
    shapeKey: () => '',
    run: (lines: readonly Picture[]) => {
      const data = Float32Array.from(lines, ({ data }) => data[0]! / 256);
      const x: Tensor = { type: 'float32', dims: [lines.length], data };
      return { feeds: { x }, contexts: lines.map(() => 1) };
    },
  };
  const runtime = {
    handle: { source: 'answers.onnx', inputs: [], outputs: [] } as unknown as RuntimeHandle,
    run: ({ x }: Record<string, Tensor>) => {
      const values = Array.from(x!.data as Float32Array);
      batches.push(values.length);
      const data = Float32Array.from(values.flatMap(scores));
      return Promise.resolve({ y: { type: 'float32', dims: dims(values.length), data } });
    },
    clone: () => Promise.reject(new Error('never cloned')),
    close: () => Promise.resolve(),
  };
  return { stage: new OcrStage(preprocessor, runtime as never, postprocessor as never), batches };
}

/**
 * Reads lines of the given values. A 256th of a value is the score of "upside down"; half of that and 0.5 is the score of the one
 * character that is read.
 */
async function read(
  values: readonly number[],
  settings: { clsThreshold?: number; clsBatch?: number; recThreshold?: number; recBatch?: number } = {},
): Promise<{ result: OcrResult; cls: number[]; rec: number[] }> {
  const { clsThreshold = 0.9, clsBatch = 1, recThreshold = 0, recBatch = 1 } = settings;
  const boxes = values.map((_, i) => {
    const [left, right] = [i * WIDTH, (i + 1) * WIDTH];
    return { quad: [[left, 0], [right, 0], [right, HEIGHT], [left, HEIGHT]], score: 1 }; // prettier-ignore
  });
  const detection = stageOf(
    { limits: {} },
    () => [1],
    () => [1],
    { run: () => [boxes] },
  );
  const orientation = stageOf(
    { threshold: clsThreshold, batch: clsBatch },
    (value) => [1 - value, value],
    (lines) => [lines, 2],
    new OrientationPostprocessor('y'),
  );
  const recognition = stageOf(
    { threshold: recThreshold, batch: recBatch, equalWidths: false, height: 48, maxWidth: 3200 },
    (value) => {
      const score = (1 + value) / 2;
      return [(1 - score) / 2, score, (1 - score) / 2];
    },
    (lines) => [lines, 1, 3],
    new RecognitionPostprocessor('a\nb', 'y'),
  );
  const handle = {
    task: 'ocr',
    name: 'answers',
    config: { bothWays: false, readingOrder: false, words: false },
    runtimes: {},
    decode: { background: 'drop', acceptTruncated: false, maxPixels: 1e6 },
  } as const;
  const stages = {
    detection: detection.stage as unknown as DetectionStage,
    orientation: orientation.stage as unknown as OrientationStage,
    recognition: recognition.stage as unknown as RecognitionStage,
  };
  const pipeline = new OcrPipeline(handle, stages, () => Promise.reject(new Error('never cloned')));
  const result = await pipeline.predict(pictureOf(values));
  return { result, cls: orientation.batches, rec: recognition.batches };
}

test('orientation and recognition have batches of their own size, and no line is asked about twice or left out', async () => {
  const values = [16, 240, 32, 248, 48, 244, 252];
  const { result, cls, rec } = await read(values, { clsBatch: 3, recBatch: 2 });
  expect(cls).toEqual([3, 3, 1]);
  expect(rec).toEqual([2, 2, 2, 1]);
  expect(result.lines.map(({ angle }) => angle)).toEqual([0, 180, 0, 180, 0, 180, 180]);
  expect(result.lines.map(({ angleScore }) => angleScore)).toEqual(
    values.map((value) => Math.max(value, 256 - value) / 256),
  );
  expect(result.lines.map(({ score }) => score)).toEqual(values.map((value) => 0.5 + value / 512));
});

test('a line is turned above the threshold, as by PaddleOCR, and not at it', async () => {
  const { result } = await read([191, 192, 193], { clsThreshold: 0.75 });
  expect(result.lines.map(({ angle }) => angle)).toEqual([0, 0, 180]);
});

test('a line is kept from the threshold of its score on, as by PaddleOCR', async () => {
  const { result } = await read([127, 128, 129], { recThreshold: 0.75 });
  expect(result.lines.map(({ score }) => score)).toEqual([0.75, 0.75 + 1 / 512]);
});

test('lines stand in one row if their middles are less than half of the lower one’s height apart', () => {
  const line = (left: number, top: number, height: number) => ({
    quad: [[left, top], [left + 100, top], [left + 100, top + height], [left, top + height]], // prettier-ignore
    direction: 0,
  });
  const rows = (apart: number, height: number): number[][] =>
    readingRows([line(200, 0, 20), line(0, apart + 10 - height / 2, height)] as never);
  expect(rows(9.5, 20)).toEqual([[1, 0]]);
  expect(rows(10, 20)).toEqual([[0], [1]]);
  expect(rows(7.5, 16)).toEqual([[1, 0]]);
  expect(rows(8, 16)).toEqual([[0], [1]]);
});
