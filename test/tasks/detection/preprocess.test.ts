import type { Picture } from '#src/contracts/picture.js';
import type { ValueInfo } from '#src/contracts/tensor.js';
import { readDetectionConfig } from '#src/tasks/detection/config.js';
import { findInputs } from '#src/tasks/detection/inputs.js';
import { DetPreprocessor } from '#src/tasks/detection/preprocess.js';
import { largestDifference } from '../../support/difference.js';
import { fieldsOf } from '../../support/fields.js';
import { readPicture, readVector, vectorCases } from '../../support/vectors.js';

interface Params {
  target_size: [number, number];
  keep_ratio: boolean;
  interp: number;
  pad_stride: number;
  is_scale: boolean;
  mean: number[];
  std: number[];
}

const float = (name: string, ...dims: number[]): ValueInfo => ({ name, type: 'float32', dims });
const IMAGE = float('image', -1, 3, -1, -1);
const ALL = [float('im_shape', -1, 2), IMAGE, float('scale_factor', -1, 2)];

const runtimeOf = (inputs: ValueInfo[]) => ({
  file: 'model.onnx',
  source: 'model.onnx',
  original: { kind: 'onnx' as const, file: 'model.onnx' },
  backend: 'onnxruntime',
  device: 'cpu',
  precision: 'float32',
  prepared: false,
  threads: 1,
  inputs,
  outputs: [],
  metadata: {},
});

/** The feeds of pictures for a config's `Preprocess`. */
function feedsOf(
  preprocess: Parameters<typeof fieldsOf>[0][],
  pictures: Picture[],
  more: Parameters<typeof fieldsOf>[0] = {},
  inputs = ALL,
) {
  const { steps } = readDetectionConfig(fieldsOf({ arch: 'YOLO', Preprocess: preprocess, ...more }));
  return new DetPreprocessor(steps, findInputs(runtimeOf(inputs))).run(pictures);
}

const plain = (width: number, height: number, value = 100): Picture => ({
  data: new Uint8Array(width * height * 3).fill(value),
  width,
  height,
  channels: 3,
  order: 'rgb',
});

const NONE = { type: 'NormalizeImage', is_scale: false, norm_type: 'none', mean: [9, 9, 9], std: [9, 9, 9] };
const PERMUTE = { type: 'Permute' };

describe.each(
  ['paddledet_fixed', 'paddledet_noscale', 'paddledet_keepratio', 'paddledet_picodet'].flatMap((op) =>
    vectorCases<Params>(op),
  ),
)('$name', ({ params, input, output, ...vector }) => {
  const steps = [
    {
      type: 'Resize',
      target_size: params.target_size,
      keep_ratio: params.keep_ratio,
      interp: params.interp,
    },
    { type: 'NormalizeImage', is_scale: params.is_scale, mean: params.mean, std: params.std },
    PERMUTE,
    ...(params.pad_stride > 0 ? [{ type: 'PadStride', stride: params.pad_stride }] : []),
  ];
  const { feeds } = feedsOf(steps, [readPicture(input)]);

  test('the tensor is the suite’s', () => {
    const expected = readVector(output);
    expect(feeds.image!.dims).toEqual([1, ...expected.shape]);
    expect(largestDifference(feeds.image!.data as Float32Array, expected.data)).toBeLessThan(1e-5);
  });

  test('im_shape and scale_factor are the suite’s, height first', () => {
    expect([...feeds.im_shape!.data]).toEqual(vector.im_shape);
    expect(largestDifference(feeds.scale_factor!.data as Float32Array, vector.scale_factor as number[])).toBe(
      0,
    );
  });
});

test('only the inputs that the graph has are fed, under its names', () => {
  const inputs = [float('x', -1, 3, -1, -1), float('scale_factor', -1, 2)];
  const { feeds } = feedsOf([PERMUTE], [plain(4, 2)], {}, inputs);
  expect(Object.keys(feeds).sort()).toEqual(['scale_factor', 'x']);
});

const SIDES = 'inputs named scale_factor, im_shape, im_size, im_info';
const PICTURE = 'one input of rank 4 for the picture';

test.each<[ValueInfo[], string, string]>([
  [[IMAGE, float('depth', -1, 1)], SIDES, 'depth float32 [-1, 1]'],
  [[IMAGE, { name: 'im_shape', type: 'uint8', dims: [-1, 2] }], SIDES, 'im_shape uint8 [-1, 2]'],
  [[IMAGE, float('b', 1, 3, 8, 8)], PICTURE, 'image float32 [-1, 3, -1, -1]; b float32 [1, 3, 8, 8]'],
  [[float('im_shape', -1, 2)], PICTURE, 'im_shape float32 [-1, 2]'],
  [[], PICTURE, 'none'],
])('inputs %j are refused: expected %s', (inputs, expected, found) => {
  const message = `model.onnx: expected ${expected} but found ${found}`;
  expect(() => findInputs(runtimeOf(inputs))).toThrow(
    expect.objectContaining({
      code: 'MODEL_UNSUPPORTED',
      message,
      file: 'model.onnx',
      expected,
      found,
    }) as Error,
  );
});

test('Pad fills with grey before, PadStride with zeros after', () => {
  const { feeds } = feedsOf(
    [
      { type: 'Pad', size: [3, 4], fill_value: [114, 114, 114] },
      NONE,
      PERMUTE,
      { type: 'PadStride', stride: 5 },
    ],
    [plain(2, 3)],
  );
  expect(feeds.image!.dims).toEqual([1, 3, 5, 5]);
  const plane = [...(feeds.image!.data as Float32Array).subarray(0, 25)];
  const row = [100, 100, 114, 114, 0];
  expect(plane).toEqual([...row, ...row, ...row, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
});

test('a picture larger than its Pad is an error of the picture', () => {
  expect(() => feedsOf([{ type: 'Pad', size: 2 }], [plain(3, 2)])).toThrow(
    /3 x 2, larger than the padding to 2 x 2/,
  );
});

test('LetterBoxResize puts the picture between two bands of grey', () => {
  // 8 x 4 into 6 x 6: ratio 0.75, 6 x 3, three rows left: one above and two below (round(1.5 - 0.1), round(1.5 + 0.1))
  const { feeds, contexts } = feedsOf(
    [{ type: 'LetterBoxResize', target_size: [6, 6] }, NONE, PERMUTE],
    [plain(8, 4)],
  );
  const rows = Array.from({ length: 6 }, (_, y) => (feeds.image!.data as Float32Array)[y * 6]);
  expect(rows).toEqual([128, 100, 100, 100, 128, 128]);
  expect([...feeds.im_shape!.data]).toEqual([3, 6]);
  expect([...feeds.scale_factor!.data]).toEqual([0.75, 0.75]);
  expect(contexts[0]!.placement).toEqual({ scaleX: 0.75, scaleY: 0.75, shiftX: 0, shiftY: 1 });
});

test('WarpAffine at the picture’s own size centres it on black and leaves im_shape and scale_factor alone', () => {
  const { feeds } = feedsOf([{ type: 'WarpAffine', keep_res: true, pad: 3 }, NONE, PERMUTE], [plain(5, 6)]);
  expect(feeds.image!.dims).toEqual([1, 3, 8, 8]);
  const inside = [...(feeds.image!.data as Float32Array).subarray(0, 64)].flatMap((value, i) =>
    value === 0 ? [] : [[i % 8, Math.floor(i / 8)]],
  );
  // the middle (2, 3) of the picture lies at (4, 4)
  expect(inside).toHaveLength(30);
  expect(inside[0]).toEqual([2, 1]);
  expect([...feeds.im_shape!.data]).toEqual([6, 5]);
  expect([...feeds.scale_factor!.data]).toEqual([1, 1]);
});

test('WarpAffine to the network’s input scales the longer side to its width and centres the picture', () => {
  const warp = { type: 'WarpAffine', input_h: 6, input_w: 4 };
  const { feeds, contexts } = feedsOf([warp, NONE, PERMUTE], [plain(8, 4)]);
  expect(feeds.image!.dims).toEqual([1, 3, 6, 4]);
  // 8 x 4 at half its size is 4 x 2, with (6 - 2) / 2 rows above it
  expect(contexts[0]!.placement).toEqual({ scaleX: 0.5, scaleY: 0.5, shiftX: 0, shiftY: 2 });
  const { contexts: upright } = feedsOf([warp, NONE, PERMUTE], [plain(4, 8)]);
  expect(upright[0]!.placement).toEqual({ scaleX: 0.5, scaleY: 0.5, shiftX: 1, shiftY: 1 });
});

test.each([
  [true, [16, 20]],
  [false, [15, 20]],
])('with use_cv2 %s a side of 15.6 pixels becomes one of %j', (use_cv2, expected) => {
  // cv2.resize rounds 39 * 0.4, Pillow gets int() of it
  const { feeds } = feedsOf([{ type: 'Resize', target_size: 20, use_cv2 }, NONE, PERMUTE], [plain(50, 39)]);
  expect([...feeds.im_shape!.data]).toEqual(expected);
});

test('int64 inputs get whole numbers', () => {
  const inputs: ValueInfo[] = [
    IMAGE,
    { name: 'im_size', type: 'int64', dims: [-1, 2] },
    { name: 'scale_factor', type: 'int64', dims: [-1, 2] },
  ];
  const resize = { type: 'Resize', target_size: [30, 45], keep_ratio: false };
  const { feeds } = feedsOf([resize, NONE, PERMUTE], [plain(20, 80)], {}, inputs);
  expect(feeds.im_size).toEqual({ type: 'int64', dims: [1, 2], data: BigInt64Array.from([80n, 20n]) });
  // 30 / 80 and 45 / 20
  expect(feeds.scale_factor!.data).toEqual(BigInt64Array.from([0n, 2n]));
});

describe('configs from before PaddleDetection 2.0', () => {
  const old = { mode: 'fluid', with_background: false };

  test.each([
    [{ max_size: 100, image_shape: [3, 100, 100] }, 'RCNN', [100, 100]],
    [{ max_size: 100 }, 'RCNN', [40, 100]],
    [{ max_size: 0, image_shape: [3, 100, 100] }, 'RCNN', [80, 80]],
    [{ max_size: 100 }, 'YOLO', [80, 80]],
    [{ max_size: 100, keep_ratio: true }, 'YOLO', [40, 100]],
  ])('Resize to 80 with %j of %s makes 50 x 20 to %j', (more, arch, size) => {
    const steps = [{ type: 'Resize', target_size: 80, interp: 1, use_cv2: true, ...more }, NONE, PERMUTE];
    const { feeds } = feedsOf(steps, [plain(50, 20)], { ...old, arch }, [IMAGE]);
    expect(feeds.image!.dims).toEqual([1, 3, ...size]);
  });

  test('a scalar target_size with max_size 0 stretches, Normalize normalises, to_bgr swaps', () => {
    const picture: Picture = {
      data: Uint8Array.from([10, 20, 30]),
      width: 1,
      height: 1,
      channels: 3,
      order: 'rgb',
    };
    const { feeds } = feedsOf(
      [
        { type: 'Resize', target_size: 2, max_size: 0, interp: 1, use_cv2: true },
        { type: 'Normalize', is_channel_first: false, is_scale: false, mean: [1, 2, 3], std: [1, 2, 3] },
        { type: 'Permute', channel_first: true, to_bgr: true },
      ],
      [picture],
      old,
    );
    expect(feeds.image!.dims).toEqual([1, 3, 2, 2]);
    expect([...feeds.image!.data]).toEqual([9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]);
  });

  test('RCNN keeps the ratio within max_size; its inputs are im_info and the original im_shape', () => {
    const inputs = [IMAGE, float('im_info', -1, 3), float('im_shape', -1, 3)];
    const steps = [
      { type: 'Resize', target_size: 80, max_size: 100, interp: 1, use_cv2: true },
      NONE,
      PERMUTE,
      { type: 'PadStride', stride: 32 },
    ];
    const { feeds } = feedsOf(steps, [plain(50, 20)], { ...old, arch: 'RCNN' }, inputs);
    expect(feeds.image!.dims).toEqual([1, 3, 64, 128]);
    expect([...feeds.im_info!.data]).toEqual([64, 128, 2]);
    expect([...feeds.im_shape!.data]).toEqual([20, 50, 1]);
  });

  test('im_info has the horizontal scale where the two differ', () => {
    // as PaddleDetection's own deploy code before 2.0 fills it: the padded shape and scale_x
    const inputs = [IMAGE, float('im_info', -1, 3)];
    const resize = { type: 'Resize', target_size: 40, max_size: 0, interp: 1, use_cv2: true };
    const { feeds } = feedsOf([resize, NONE, PERMUTE], [plain(20, 80)], { ...old, arch: 'FCOS' }, inputs);
    expect([...feeds.im_info!.data]).toEqual([40, 40, 2]);
  });

  test('TTFNet takes x, y, x, y as scale_factor, YOLO the original size as im_size', () => {
    const inputs: ValueInfo[] = [
      IMAGE,
      float('scale_factor', -1, 4),
      { name: 'im_size', type: 'int32', dims: [-1, 2] },
    ];
    const resize = { type: 'Resize', target_size: 40, max_size: 0, interp: 1, use_cv2: true };
    const { feeds } = feedsOf([resize, NONE, PERMUTE], [plain(20, 80)], old, inputs);
    expect([...feeds.scale_factor!.data]).toEqual([2, 0.5, 2, 0.5]);
    expect(feeds.im_size).toEqual({ type: 'int32', dims: [1, 2], data: Int32Array.from([80, 20]) });
  });

  test('a normalisation before the resize is resized as floating point', () => {
    const picture: Picture = {
      data: Uint8Array.from([0, 0, 0, 255, 255, 255]),
      width: 2,
      height: 1,
      channels: 3,
      order: 'rgb',
    };
    const steps = [
      { type: 'Normalize', is_scale: true, mean: [0, 0, 0], std: [1, 1, 1] },
      { type: 'Resize', target_size: [1, 3], keep_ratio: false, interp: 1 },
      PERMUTE,
    ];
    const { feeds } = feedsOf(steps, [picture]);
    // the middle of cv2's bilinear is exactly between, which no byte can be
    expect(feeds.image!.data[1]).toBeCloseTo(0.5, 6);
  });
});

test('pictures of a batch lie behind each other with factors of their own', () => {
  const steps = [{ type: 'Resize', target_size: [4, 4], keep_ratio: false, interp: 0 }, NONE, PERMUTE];
  const { feeds } = feedsOf(steps, [plain(8, 4, 7), plain(2, 2, 9)]);
  expect(feeds.image!.dims).toEqual([2, 3, 4, 4]);
  expect(new Set(feeds.image!.data.subarray(0, 48) as Float32Array)).toEqual(new Set([7]));
  expect(new Set(feeds.image!.data.subarray(48) as Float32Array)).toEqual(new Set([9]));
  expect([...feeds.scale_factor!.data]).toEqual([1, 0.5, 2, 2]);
});
