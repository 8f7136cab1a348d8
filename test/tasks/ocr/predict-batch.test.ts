import type { RawPicture } from '#src/contracts/picture.js';
import { DECODE_AHEAD } from '#src/contracts/protocol.js';
import type { RuntimeHandle } from '#src/contracts/runtime.js';
import type { Tensor } from '#src/contracts/tensor.js';
import type { DetectionStage } from '#src/tasks/ocr/detection-stage.js';
import { OcrPipeline } from '#src/tasks/ocr/pipeline.js';
import { OcrStage } from '#src/tasks/ocr/stage.js';

/** A pipeline that finds one box at the place that a picture's first value names. */
function echo() {
  const inferred: number[] = [];
  const stage = new OcrStage(
    {
      shapeKey: () => '',
      run: ([picture]) => {
        const x: Tensor = { type: 'float32', dims: [1, 1, 1, 1], data: Float32Array.of(picture!.data[0]!) };
        return { feeds: { x }, contexts: [null] };
      },
    },
    {
      handle: { source: 'echo.onnx', inputs: [], outputs: [] } as unknown as RuntimeHandle,
      run: ({ x }) => {
        inferred.push(Number(x!.data[0]));
        return Promise.resolve({ x: x! });
      },
      clone: () => Promise.reject(new Error('never cloned')),
      close: () => Promise.resolve(),
    },
    {
      run: ({ x }) => {
        const left = Number(x!.data[0]);
        return [[{ quad: Array.from({ length: 4 }, () => [left, 0]), score: 1 }]];
      },
    },
  );
  const handle = {
    task: 'ocr',
    name: 'echo',
    config: { bothWays: false, readingOrder: false, words: false },
    runtimes: {},
    decode: { background: 'drop', acceptTruncated: false, maxPixels: 1e6 },
  } as const;
  const detection = stage as unknown as DetectionStage;
  const pipeline = new OcrPipeline(handle, { detection }, () => Promise.reject(new Error('never cloned')));
  return { pipeline, inferred };
}

test('predictBatch of the pipeline reads picture after picture, in order, and holds few', async () => {
  const { pipeline, inferred } = echo();
  let taken = 0;
  let mostInHand = 0;
  const inputs = Array.from({ length: 100 }, (_, id): RawPicture => {
    const data = Uint8Array.of(id, id, id);
    let seen = false;
    return {
      width: 1,
      height: 1,
      channels: 3,
      order: 'rgb',
      /** Read when the picture is decoded. */
      get data() {
        if (!seen) mostInHand = Math.max(mostInHand, ++taken - inferred.length);
        seen = true;
        return data;
      },
    };
  });
  const ids = inputs.map((_, id) => id);
  const results = await pipeline.predictBatch(inputs);
  expect(results.map(({ lines }) => lines[0]!.quad![0][0])).toEqual(ids);
  expect(inferred).toEqual(ids);
  expect(mostInHand).toBeLessThanOrEqual(1 + DECODE_AHEAD);
});

test('predictBatch of the pipeline ends with the first picture that cannot be decoded', async () => {
  const { pipeline, inferred } = echo();
  const good = { data: Uint8Array.of(7, 7, 7), width: 1, height: 1, channels: 3, order: 'rgb' } as const;
  const bad = { ...good, width: 2 };
  await expect(pipeline.predictBatch([good, good, bad, good, good])).rejects.toMatchObject({
    code: 'BAD_OPTION',
  });
  expect(inferred).toEqual([7, 7]);
});
