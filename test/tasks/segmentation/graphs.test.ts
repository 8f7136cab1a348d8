import { openModel, type OpenOptions } from 'fdeploy';
import { constantModel, predictGrey, type GraphOutput } from '../../support/constant-model.js';

interface Setting {
  outputs: GraphOutput[];
  inputs?: { name: string; dims: number[] }[];
  text?: string;
  pictures?: number;
  options?: OpenOptions;
}

const CONFIG = 'label_list: [sky, sea]\nDeploy:\n  transforms: [{type: Resize, target_size: [4, 2]}]\n';

/** Results of so many grey pictures of 4 x 2; errors name files within the model's folder. */
async function predict({ outputs, inputs, text = CONFIG, pictures = 1, options }: Setting) {
  const graph = { inputs: inputs ?? [{ name: 'x', dims: [-1, 3, -1, -1] }], outputs };
  const folder = constantModel(graph, { file: 'deploy.yaml', text });
  const results = await predictGrey(folder, { task: 'segmentation', ...options }, pictures, 4, 2);
  return results.map((result) => ('segments' in result ? result.segments : []));
}

const output = (
  type: 'float32' | 'int32' | 'int64',
  dims: number[],
  values: number[],
  name = 'y',
): GraphOutput => ({
  name,
  type,
  dims,
  declared: dims.map((size, at) => (dims.length === 4 && at === 1 ? size : -1)),
  values,
});
const LABELS = output('int32', [1, 2, 4], [0, 0, 0, 0, 0, 1, 1, 1]);

describe('inputs', () => {
  test.each([
    [[{ name: 'x', dims: [-1, 4, -1, -1] }], 'x [-1, 4, -1, -1]'],
    [[{ name: 'x', dims: [-1, 3] }], 'x [-1, 3]'],
    [
      [
        { name: 'x', dims: [-1, 3, -1, -1] },
        { name: 'scale', dims: [-1, 2] },
      ],
      'x [-1, 3, -1, -1]; scale [-1, 2]',
    ],
    [[], 'none'],
  ])('%j are refused', async (inputs, found) => {
    await expect(predict({ outputs: [LABELS], inputs })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: `model.onnx: expected one input [N, 3, H, W] but found ${found}`,
    });
  });

  test('of a free number of channels get three', async () => {
    const [segments] = await predict({ outputs: [LABELS], inputs: [{ name: 'x', dims: [-1, -1, -1, -1] }] });
    expect(segments).toHaveLength(2);
  });

  test('of a fixed batch refuse another', async () => {
    const batch = predict({ outputs: [LABELS], inputs: [{ name: 'x', dims: [1, 3, -1, -1] }], pictures: 2 });
    await expect(batch).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: 'model.onnx has a fixed batch dimension of 1: --batch-size 2 needs a free one',
    });
  });
});

describe('outputs', () => {
  const expected = 'expected a label map [N, H, W] or scores [N, C, H, W] but found';

  test.each([
    [output('float32', [1, 2], [0, 0]), 'y float32 [-1, -1]'],
    [
      output('float32', [1, 1, 2, 4], Array<number>(8).fill(0)),
      'y float32 [-1, 1, -1, -1]: one channel of scores is a matte, not classes',
    ],
  ])('of no segmentation are refused', async (only, found) => {
    await expect(predict({ outputs: [only] })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: `model.onnx is not a segmentation network: ${expected} ${found}`,
    });
  });

  test('of auxiliary heads are left alone', async () => {
    const second = output('int32', [1, 2, 4], Array<number>(8).fill(9), 'auxiliary');
    const [segments] = await predict({ outputs: [LABELS, second] });
    expect(segments!.map(({ id }) => id)).toEqual([0, 1]);
  });

  test.each([
    ['int32', -1],
    ['int32', 65_536],
    ['int64', -1],
    ['int64', 65_536],
  ] as const)('of %s hold no class %i', async (type, id) => {
    const only = output(type, [1, 2, 4], [0, 0, 0, 0, 0, 0, 0, id]);
    await expect(predict({ outputs: [only] })).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: `the network's label map contains ${id}: expected class ids from 0 to 65535`,
    });
  });

  test.each(['int32', 'int64'] as const)('of %s hold the ids 255 and 65535', async (type) => {
    const [segments] = await predict({
      outputs: [output(type, [1, 2, 4], [0, 0, 0, 0, 0, 255, 65_535, 65_535])],
    });
    expect(segments!.map(({ id, pixels }) => [id, pixels])).toEqual([
      [0, 5],
      [65_535, 2],
      [255, 1],
    ]);
  });

  test('of class ids as floating point are read, and those that are no numbers refused', async () => {
    const values = [0, 0, 0, 0, 0, 1, 1, NaN];
    await expect(predict({ outputs: [output('float32', [1, 2, 4], values)] })).rejects.toThrow(
      "the network's label map contains NaN: expected class ids from 0 to 65535",
    );
  });

  test('of integers for each class are no scores', async () => {
    await expect(
      predict({ outputs: [output('int32', [1, 2, 2, 4], Array<number>(16).fill(0))] }),
    ).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: 'expected float32 scores from output y but found int32',
    });
  });
});

describe('each picture of a batch has its own map', () => {
  const one = [0, 0, 0, 0, 0, 0, 0, 0];
  const other = [1, 1, 1, 1, 1, 1, 1, 1];
  const idsOf = async (only: GraphOutput, options: OpenOptions = {}) =>
    (await predict({ outputs: [only], pictures: 2, options })).map((segments) =>
      segments.map(({ id }) => id),
    );

  test.each(['int32', 'int64', 'float32'] as const)('of %s labels', async (type) => {
    expect(await idsOf(output(type, [2, 2, 4], [...one, ...other]))).toEqual([[0], [1]]);
  });

  test.each([false, true])('of scores (resized first: %s)', async (scoreMaps) => {
    const scores = output('float32', [2, 2, 2, 4], [...other, ...one, ...one, ...other]);
    expect(await idsOf(scores, { scoreMaps })).toEqual([[0], [1]]);
  });
});

test('class ids have no scores to resize', async () => {
  await expect(predict({ outputs: [LABELS], options: { scoreMaps: true } })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: 'model.onnx outputs class ids, not scores: --score-maps needs an export without argmax',
  });
});

describe('exports of fixed size', () => {
  const within = (input: number[], transforms: string, more = '') =>
    predict({
      outputs: [LABELS],
      inputs: [{ name: 'x', dims: [-1, 3, ...input] }],
      text: `Deploy:\n  transforms: [${transforms}]\n  ${more}\n`,
    });

  test('take transforms whose size depends on the picture', async () => {
    const [segments] = await within([2, 4], '{type: ResizeByLong, long_size: 4}');
    expect(segments).toHaveLength(2);
  });

  test('need both sides to be fixed', async () => {
    const [segments] = await within([2, -1], '{type: Resize, target_size: [8, 2]}');
    expect(segments).toHaveLength(2);
  });

  test('the graph’s size comes before the config’s', async () => {
    await expect(
      within([2, 4], '{type: Resize, target_size: [8, 8]}', 'input_shape: [1, 3, 8, 8]'),
    ).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'deploy.yaml produces pictures of 8 x 8, but model.onnx expects 4 x 2',
    });
  });
});

test('a model is called what its config says', async () => {
  const folder = constantModel(
    { inputs: [{ name: 'x', dims: [-1, 3, -1, -1] }], outputs: [LABELS] },
    { file: 'deploy.yaml', text: `Global: {model_name: PP-LiteSeg-T}\n${CONFIG}` },
  );
  const model = await openModel(folder, { shareWeights: false });
  expect([model.task, model.name]).toEqual(['segmentation', 'PP-LiteSeg-T']);
  await model.close();
});
