import type { OpenOptions } from 'fdeploy';
import {
  constantModel,
  predictGrey,
  rowCounts as count,
  type GraphOutput,
} from '../../support/constant-model.js';

const IMAGE = { name: 'image', dims: [-1, 3, -1, -1] };
const RESIZE = '{type: Resize, target_size: [32, 32], keep_ratio: false}';

interface Setting {
  outputs: GraphOutput[];
  inputs?: { name: string; dims: number[] }[];
  labels?: string;
  preprocess?: string;
  config?: string;
  pictures?: number;
  size?: [width: number, height: number];
  options?: OpenOptions;
}

/** Objects of so many grey pictures; errors name files within the model's folder. */
async function predict(setting: Setting) {
  const { outputs, inputs = [IMAGE], labels = '[cat, dog]', preprocess = RESIZE, config = '' } = setting;
  const text = `arch: ANY\nlabel_list: ${labels}\nPreprocess: [${preprocess}, {type: Permute}]\n${config}\n`;
  const folder = constantModel({ inputs, outputs }, { file: 'infer_cfg.yml', text });
  const { pictures = 1, size = [32, 32], options } = setting;
  const results = await predictGrey(folder, { task: 'detection', ...options }, pictures, ...size);
  return results.map((result) => ('objects' in result ? result.objects : []));
}

const floats = (
  name: string,
  dims: number[],
  values: number[],
  declared = dims.map(() => -1),
): GraphOutput => ({
  name,
  type: 'float32',
  dims,
  declared: declared.with(-1, dims.at(-1)!),
  values,
});
/** A row of a class, its score and a box. */
const row = (id: number, score: number) => [id, score, 1, 2, 11, 12];
const ROWS = floats('boxes', [3, 6], [row(0, 0.9), row(1, 0.8), row(0, 0.7)].flat());
const scoresOf = (results: Awaited<ReturnType<typeof predict>>) =>
  results.map((objects) => objects.map(({ score }) => Number(score.toFixed(2))));

describe('a graph of fixed size', () => {
  const fixed = (...dims: number[]) => predict({ outputs: [ROWS], inputs: [{ name: 'image', dims }] });

  test.each([
    [[-1, 3, 32, 48], '48 x 32'],
    [[-1, 3, 48, 32], '32 x 48'],
    [[-1, 32, 48, 3], '48 x 32'],
    [[-1, 3, 32, 1], '1 x 32'],
    [[-1, 3, 1, 32], '32 x 1'],
    [[-1, 3, -1, 48], '48 x any'],
    [[-1, 3, 48, -1], 'any x 48'],
  ])('%j refuses a config that makes 32 x 32: it expects %s', async (dims, expected) => {
    await expect(fixed(...dims)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: `infer_cfg.yml produces pictures of 32 x 32, but model.onnx expects ${expected}`,
    });
  });

  test.each([[[-1, 3, 32, 32]], [[-1, 32, 32, 3]], [[-1, 3, -1, 32]], [[-1, 3, 32, -1]]])(
    '%j takes a config that does',
    async (dims) => {
      expect(scoresOf(await fixed(...dims))).toEqual([[0.9, 0.8, 0.7]]);
    },
  );
});

describe('rows of a batch', () => {
  test('a graph that gives each picture as many rows fills up those behind the count', async () => {
    const values = [row(0, 0.9), row(1, 0.8), row(0, 0.7), row(1, 0.6)].flat();
    const rows = floats('boxes', [2, 2, 6], values);
    const results = await predict({ outputs: [rows, count(1, 2)], labels: '[a, b, c]', pictures: 2 });
    expect(scoresOf(results)).toEqual([[0.9], [0.7, 0.6]]);
  });

  test('rows [B, N, 6] need no count, whatever else the graph gives', async () => {
    const other = floats('other', [1], [0]);
    const rows = floats('boxes', [2, 2, 6], [row(0, 0.9), row(1, 0.8), row(0, 0.7), row(1, 0.6)].flat());
    const results = await predict({ outputs: [other, rows], labels: '[a, b, c]', pictures: 2 });
    expect(scoresOf(results)).toEqual([
      [0.9, 0.8],
      [0.7, 0.6],
    ]);
  });

  test.each([
    [[1, 1], '3 rows for 2 pictures, counts 1, 1'],
    [[3], '3 rows for 2 pictures, counts 3'],
  ])('counts %j of three rows for two pictures are an error', async (counts, found) => {
    await expect(predict({ outputs: [ROWS, count(...counts)], pictures: 2 })).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: `the network's rows do not fit its pictures: ${found}`,
    });
  });

  test('a count above the rows that a picture has is an error', async () => {
    const rows = floats('boxes', [4, 6], [row(0, 0.9), row(1, 0.8), row(0, 0.7), row(1, 0.6)].flat());
    await expect(predict({ outputs: [rows, count(0, 3)], pictures: 2 })).rejects.toThrow(
      "the network's rows do not fit its pictures: 4 rows for 2 pictures, counts 0, 3",
    );
  });

  test('rows [N, 6] without a count hold one picture', async () => {
    await expect(predict({ outputs: [ROWS], pictures: 2 })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: 'model.onnx does not output the number of objects per picture: --batch-size must be 1',
    });
  });
});

describe('the lowest score', () => {
  const boxes = floats('boxes', [1, 3, 4], [0, 0, 9, 9, 10, 10, 19, 19, 20, 20, 29, 29]);
  const scores = floats('scores', [1, 2, 3], [0.9, 0.7, 0.4, 0, 0, 0], [-1, 2, 3]);
  const NMS = 'NMS: {score_threshold: 0.8}';

  test.each([
    ['nothing named', '', {}, [0.9, 0.7]],
    ['draw_threshold', 'draw_threshold: 0.3', {}, [0.9, 0.7, 0.4]],
    ['the NMS section above it', NMS, {}, [0.9]],
    ['the caller', NMS, { threshold: 0.6 }, [0.9, 0.7]],
  ])('before suppression: %s', async (_, config, options, expected) => {
    expect(scoresOf(await predict({ outputs: [boxes, scores], config, options }))).toEqual([expected]);
  });

  test('of rows, which the graph has suppressed, is draw_threshold alone', async () => {
    expect(
      scoresOf(await predict({ outputs: [ROWS, count(3)], config: 'NMS: {score_threshold: 0.85}' })),
    ).toEqual([[0.9, 0.8, 0.7]]);
  });
});

describe('suppression', () => {
  // the first two share 256 of 272 pixels
  const boxes = floats('boxes', [1, 2, 4], [4, 4, 20, 20, 4, 4, 20, 21]);
  const scores = floats('scores', [1, 2, 2], [0.9, 0.8, 0.7, 0.6], [-1, 2, 2]);

  test.each([
    ['{nms_threshold: 0.95}', [0, 0, 1, 1]],
    ['{nms_threshold: 0.95, nms_eta: 0.5}', [0, 1]],
    ['{nms_threshold: 0.95, nms_top_k: 1}', [0, 1]],
    ['{nms_threshold: 0.95, keep_top_k: 3}', [0, 0, 1]],
    ['{nms_threshold: 0.95, background_label: 0}', [1, 1]],
    ['{nms_threshold: 0.9}', [0, 1]],
  ])('%s leaves the classes %j', async (nms, expected) => {
    const [objects] = await predict({ outputs: [boxes, scores], config: `NMS: ${nms}` });
    expect(objects!.map(({ id }) => id)).toEqual(expected);
  });

  test('boxes of a warped picture are brought back to it', async () => {
    // 16 x 64 at half its size lies from column 12 on
    const [objects] = await predict({
      outputs: [
        floats('boxes', [1, 1, 4], [14, 4, 18, 20]),
        floats('scores', [1, 2, 1], [0.9, 0], [-1, 2, 1]),
      ],
      preprocess: '{type: WarpAffine, input_h: 32, input_w: 32}',
      size: [16, 64],
    });
    expect(objects!.map(({ box }) => box)).toEqual([[4, 8, 12, 40]]);
  });
});

describe('PicoDet’s heads', () => {
  const ONE_BIN = [0, 100, 0, 0, 0, 100, 0, 0, 0, 100, 0, 0, 0, 100, 0, 0];
  /** A level whose edges all lie one stride from the cell's middle. */
  const level = (pictures: number, cells: number, scores: number[]) => [
    floats('s', [pictures, cells, 2], scores),
    floats('d', [pictures, cells, 16], Array.from({ length: pictures * cells }, () => ONE_BIN).flat()),
  ];

  test('fpn_stride names the strides', async () => {
    const scores = Array.from({ length: 18 }, (_, i) => (i === 8 ? 0.9 : 0));
    const [objects] = await predict({
      outputs: level(1, 9, scores),
      preprocess: '{type: Resize, target_size: [36, 36], keep_ratio: false}',
      config: 'fpn_stride: [12]',
      size: [36, 36],
    });
    // the middle cell of 3 x 3
    expect(objects!.map(({ id, box }) => [id, ...box.map(Math.round)])).toEqual([[0, 6, 6, 30, 30]]);
  });

  test('each picture of a batch has its own cells', async () => {
    const results = await predict({ outputs: level(2, 1, [0.9, 0, 0, 0.8]), pictures: 2 });
    expect(results.map((objects) => objects.map(({ id }) => id))).toEqual([[0], [1]]);
  });

  test('a level that fits no stride is an error', async () => {
    await expect(predict({ outputs: level(1, 3, [0.9, 0, 0, 0, 0, 0]) })).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: 'model.onnx has a level of 3 cells, which matches no stride at 32 x 32',
    });
  });
});

describe('masks', () => {
  const one = floats('boxes', [1, 6], row(0, 0.9));

  test('that fit neither picture nor box are an error', async () => {
    const masks: GraphOutput = {
      name: 'm',
      type: 'uint8',
      dims: [1, 2, 3],
      declared: [-1, -1, -1],
      values: Array(6).fill(1),
    };
    await expect(predict({ outputs: [one, count(1), masks] })).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: 'a mask of 3 x 2 fits neither the picture of 32 x 32 nor a box: it is no probability',
    });
  });

  test('of pictures of a batch that differ in size are cut', async () => {
    const masks: GraphOutput = {
      name: 'm',
      type: 'uint8',
      dims: [2, 32, 32],
      declared: [-1, -1, -1],
      values: Array(2048).fill(1),
    };
    const rows = floats('boxes', [2, 6], [row(0, 0.9), row(1, 0.8)].flat());
    const results = await predict({ outputs: [rows, count(1, 1), masks], pictures: 2, size: [31, 30] });
    expect(results.map(([object]) => object!.mask)).toEqual(
      Array(2).fill({ width: 31, height: 30, runs: [0, 930] }),
    );
  });

  test.each([
    [0, 0],
    [1, 1],
    [5, 2],
  ])('SOLOv2 says that it found %i of two objects: %i are there', async (said, expected) => {
    const outputs: GraphOutput[] = [
      { name: 'segm', type: 'uint8', dims: [2, 32, 32], declared: [-1, -1, -1], values: Array(2048).fill(1) },
      count(said),
      { name: 'label', type: 'int64', dims: [2], declared: [-1], values: [1, 0] },
      { name: 'score', type: 'float32', dims: [2], declared: [-1], values: [0.9, 0.8] },
    ];
    const [objects] = await predict({ outputs });
    expect(objects).toHaveLength(expected);
  });
});

describe('classes', () => {
  const idsOf = async (classes: string, labels?: string) => {
    const [objects] = await predict({
      outputs: [ROWS, count(3)],
      options: { classes },
      ...(labels && { labels }),
    });
    return objects!.map(({ id }) => id);
  };

  test.each([
    ['dog', undefined, [1]],
    ['0', undefined, [0, 0]],
    [' dog , 0', undefined, [0, 1, 0]],
    ['0', "['1', '0']", [1]],
    ['twin', '[twin, twin]', [0, 1, 0]],
    ['1', '[]', [1]],
  ])('%j of labels %s', async (classes, labels, expected) => {
    expect(await idsOf(classes, labels)).toEqual(expected);
  });

  test.each([
    ['zebra', undefined, "a label, or an id below 2; the model has no class 'zebra'"],
    ['2', undefined, "a label, or an id below 2; the model has no class '2'"],
    ['dgo', undefined, "a label, or an id below 2; the model has no class 'dgo' (did you mean 'dog'?)"],
    ['cat', '[]', "ids, since the model has no labels; the model has no class 'cat'"],
  ])('%j of labels %s is an error', async (classes, labels, rest) => {
    await expect(idsOf(classes, labels)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: `--classes takes ${rest}`,
    });
  });
});

test('a model without labels says so, and its objects have none', async () => {
  const heard: string[] = [];
  const notify = (sentence: string) => heard.push(sentence.replace(/^.*\//, ''));
  const [objects] = await predict({ outputs: [ROWS, count(3)], labels: '[]', options: { notify } });
  expect(objects!.map(({ label }) => label)).toEqual([null, null, null]);
  expect(heard).toContain('infer_cfg.yml has no label_list: labels are null (name one with --labels)');
});

test('a class past the labels is an error', async () => {
  const rows = floats('boxes', [1, 6], row(2, 0.9));
  await expect(predict({ outputs: [rows, count(1)] })).rejects.toMatchObject({
    code: 'RESULT_INVALID',
    message: 'model.onnx returned class 2, but its config has only 2 labels',
  });
});
