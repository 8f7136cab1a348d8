import { setImmediate } from 'node:timers/promises';
import type { ModelHandle, Prediction } from '#src/contracts/model.js';
import type { Picture, RawPicture } from '#src/contracts/picture.js';
import type { ClassificationResult } from '#src/contracts/results.js';
import type { RuntimeHandle } from '#src/contracts/runtime.js';
import type { Tensor } from '#src/contracts/tensor.js';
import { StagedModel, type Stages } from '#src/tasks/staged-model.js';

/** A network that gives each picture's first value back, after a while. */
class Echo {
  /** Pictures of each inference. */
  readonly sizes: number[] = [];
  inferred = 0;
  running = 0;
  most = 0;
  readonly model: StagedModel<'classification', undefined>;

  /** @param fixed the batch that the graph takes; -1 is any */
  constructor(batchSize: number | undefined, fixed = -1) {
    const network: RuntimeHandle = {
      file: '',
      source: 'echo.onnx',
      original: { kind: 'onnx', file: '' },
      backend: 'onnxruntime',
      device: 'cpu',
      precision: 'float32',
      prepared: false,
      threads: 1,
      inputs: [{ name: 'x', type: 'float32', dims: [fixed, 1, 1, 1] }],
      outputs: [{ name: 'y', type: 'float32', dims: [fixed, 1] }],
      metadata: {},
    };
    const stages: Stages<undefined, ClassificationResult> = {
      preprocessor: {
        shapeKey: ({ width }) => `${width}`,
        run: (pictures, buffer) => {
          const data = buffer!.take(pictures.length);
          data.set(pictures.map((picture) => picture.data[0]!));
          const x: Tensor = { type: 'float32', dims: [pictures.length, 1, 1, 1], data };
          return { feeds: { x }, contexts: pictures.map(() => undefined) };
        },
      },
      runtime: {
        handle: network,
        run: async ({ x }) => {
          this.sizes.push(x!.dims[0]!);
          this.most = Math.max(this.most, ++this.running);
          await setImmediate();
          this.running--;
          this.inferred += x!.dims[0]!;
          return { y: x! };
        },
        clone: () => Promise.reject(new Error('never cloned')),
        close: () => Promise.resolve(),
      },
      postprocessor: {
        run: ({ y }, contexts) =>
          contexts.map((_, i) => ({ classes: [{ id: Number(y!.data[i]!), label: null, score: 1 }] })),
      },
    };
    const handle: ModelHandle<'classification'> = {
      task: 'classification',
      name: 'echo',
      config: undefined,
      runtimes: { classification: network },
      ...(batchSize !== undefined && { batchSize }),
      decode: { background: 'drop', acceptTruncated: false, maxPixels: 1e6 },
    };
    this.model = new StagedModel(handle, stages, () => Promise.reject(new Error('never cloned')));
  }
}

const picture = (id: number, width = 1): Picture & RawPicture => ({
  data: new Uint8Array(3 * width).fill(id),
  width,
  height: 1,
  channels: 3,
  order: 'rgb',
});
const idsOf = (results: readonly ClassificationResult[]) => results.map(({ classes }) => classes[0]!.id);
const idsIn = (predictions: readonly Prediction<ClassificationResult>[]) =>
  idsOf(predictions.map(({ result }) => result));

test.each([
  [undefined, 1],
  [1, 1],
  [4, 4],
  [7, 7],
])('predictBatch of 1,000 pictures with batchSize %s infers %i at a time', async (batchSize, size) => {
  const echo = new Echo(batchSize);
  let taken = 0;
  let mostInHand = 0;
  const inputs = Array.from({ length: 1000 }, (_, i) => {
    const { data, ...rest } = picture(i % 251);
    let seen = false;
    return {
      ...rest,
      /** Read when the picture is decoded. */
      get data() {
        if (!seen) mostInHand = Math.max(mostInHand, ++taken - echo.inferred);
        seen = true;
        return data;
      },
    };
  });
  const results = await echo.model.predictBatch(inputs);
  expect(idsOf(results)).toEqual(inputs.map((_, i) => i % 251));
  const rest = 1000 % size;
  expect(echo.sizes).toEqual([
    ...Array.from({ length: Math.floor(1000 / size) }, () => size),
    ...(rest > 0 ? [rest] : []),
  ]);
  // A batch in inference and one ahead; of single pictures two ahead.
  expect(mostInHand).toBeLessThanOrEqual(size + Math.max(size, 2));
});

test('a graph of a fixed batch is filled with so many pictures', async () => {
  const echo = new Echo(1, 4);
  const results = await echo.model.predictBatch([1, 2, 3, 4, 5, 6].map((id) => picture(id)));
  expect(idsOf(results)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(echo.sizes).toEqual([4, 4]);
});

test('pictures of a batch that differ in shape go apart, their results in order', async () => {
  const echo = new Echo(4);
  const results = await echo.model.predictBatch([picture(1), picture(2, 2), picture(3), picture(4, 2)]);
  expect(idsOf(results)).toEqual([1, 2, 3, 4]);
  expect(echo.sizes).toEqual([2, 2]);
});

test('calls of every kind at once take turns, and each gets its own results', async () => {
  const echo = new Echo(2);
  const ids = Array.from({ length: 40 }, (_, i) => i + 1);
  const some = [
    ...ids.map((id) => echo.model.predict(picture(id)).then((result) => idsOf([result]))),
    ...ids.map((id) => echo.model.run([picture(id), picture(id + 50, 2)]).then(idsIn)),
    ...ids.map((id) => echo.model.predictBatch([picture(id), picture(id + 100), picture(7)]).then(idsOf)),
  ];
  expect(await Promise.all(some)).toEqual([
    ...ids.map((id) => [id]),
    ...ids.map((id) => [id, id + 50]),
    ...ids.map((id) => [id, id + 100, 7]),
  ]);
  expect(echo.most).toBe(1);
});

test('1,000 calls of predict at once hold few pictures', async () => {
  const echo = new Echo(1);
  let taken = 0;
  let mostInHand = 0;
  const calls = Array.from({ length: 1000 }, () => {
    const { data, ...rest } = picture(9);
    let seen = false;
    return echo.model.predict({
      ...rest,
      get data() {
        if (!seen) mostInHand = Math.max(mostInHand, ++taken - echo.inferred);
        seen = true;
        return data;
      },
    });
  });
  await Promise.all(calls);
  expect(mostInHand).toBeLessThanOrEqual(3);
});
