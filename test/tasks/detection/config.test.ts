import { readDetectionConfig } from '#src/tasks/detection/config.js';
import { fieldsOf } from '../../support/fields.js';

const read = (map: Parameters<typeof fieldsOf>[0]) => readDetectionConfig(fieldsOf(map));

test('an operator that is not known is named, with its file', () => {
  const map = { Preprocess: [{ type: 'Permute' }, { type: 'CULaneResize' }] };
  expect(() => read(map)).toThrow(
    /model\/infer_cfg\.yml: the preprocess operator CULaneResize is not supported/,
  );
});

test('an operator without a type is an error that names those that there are', () => {
  const expected = 'Resize, NormalizeImage, Normalize, Permute, PadStride, Pad, LetterBoxResize, WarpAffine';
  const message = `model/infer_cfg.yml: the preprocess operator (without a type) is not supported: expected one of ${expected}`;
  expect(() => read({ Preprocess: [{}] })).toThrow(new Error(message));
});

const PAIR = 'one or two whole numbers of at least 1';
const NORMALIZE = { type: 'NormalizeImage', mean: [0, 0, 0], std: [1, 1, 1] };

test.each([
  [{ type: 'Resize' }, PAIR, 'target_size', 'nothing'],
  [{ type: 'Resize', target_size: [1, 2, 3] }, PAIR, 'target_size', '["1","2","3"]'],
  [{ type: 'Resize', target_size: 0 }, PAIR, 'target_size', '"0"'],
  [{ type: 'Resize', target_size: 4, keep_ratio: 2 }, 'true or false', 'keep_ratio', '"2"'],
  [{ type: 'Resize', target_size: 4, use_cv2: 2 }, 'true or false', 'use_cv2', '"2"'],
  [{ type: 'Resize', target_size: 4, interp: 5 }, 'a whole number from 0 to 4', 'interp', '"5"'],
  [
    { type: 'Resize', target_size: 4, use_cv2: false, interp: 5 },
    'a whole number from 0 to 4',
    'interp',
    '"5"',
  ],
  [{ type: 'Resize', target_size: 4, interp: -1 }, 'a whole number of at least 0', 'interp', '"-1"'],
  [{ type: 'Resize', target_size: 4, max_size: -1 }, 'a whole number of at least 0', 'max_size', '"-1"'],
  [{ ...NORMALIZE, std: [1, 0, 1] }, 'three numbers other than 0', 'std', '["1","0","1"]'],
  [{ ...NORMALIZE, std: undefined }, 'three numbers', 'std', 'nothing'],
  [{ ...NORMALIZE, mean: undefined }, 'three numbers', 'mean', 'nothing'],
  [{ ...NORMALIZE, mean: [1, 2] }, 'three numbers', 'mean', '["1","2"]'],
  [{ ...NORMALIZE, is_scale: 2 }, 'true or false', 'is_scale', '"2"'],
  [{ ...NORMALIZE, norm_type: 'mean_var' }, 'one of mean_std', 'norm_type', '"mean_var"'],
  [{ type: 'Permute', channel_first: 2 }, 'true or false', 'channel_first', '"2"'],
  [{ type: 'Permute', to_bgr: 2 }, 'true or false', 'to_bgr', '"2"'],
  [{ type: 'PadStride', stride: 1.5 }, 'a whole number', 'stride', '"1.5"'],
  [{ type: 'Pad' }, PAIR, 'size', 'nothing'],
  [{ type: 'Pad', size: 4, fill_value: [1] }, 'three numbers', 'fill_value', '["1"]'],
  [{ type: 'LetterBoxResize' }, PAIR, 'target_size', 'nothing'],
  [{ type: 'WarpAffine', keep_res: 2 }, 'true or false', 'keep_res', '"2"'],
  [{ type: 'WarpAffine', pad: -1 }, 'a whole number of at least 0', 'pad', '"-1"'],
  [{ type: 'WarpAffine', input_h: 0 }, 'a whole number of at least 1', 'input_h', '"0"'],
  [{ type: 'WarpAffine', input_w: 0 }, 'a whole number of at least 1', 'input_w', '"0"'],
])('%j is an error: expected %s', (step, expected, key, found) => {
  const message = `model/infer_cfg.yml: expected ${expected} for Preprocess[1].${key} but found ${found}`;
  expect(() => read({ Preprocess: [{ type: 'Permute' }, step] })).toThrow(new Error(message));
});

test.each([
  [{ Preprocess: ['Resize'] }, 'a list of mappings', 'Preprocess', '["Resize"]'],
  [{ NMS: 0.5 }, 'a mapping', 'NMS', '"0.5"'],
  [{ NMS: { nms_threshold: 2 } }, 'a number from 0 to 1', 'NMS.nms_threshold', '"2"'],
  [{ NMS: { nms_threshold: -1 } }, 'a number from 0 to 1', 'NMS.nms_threshold', '"-1"'],
  [{ NMS: { nms_top_k: -2 } }, 'a whole number of at least -1', 'NMS.nms_top_k', '"-2"'],
  [{ NMS: { keep_top_k: -2 } }, 'a whole number of at least -1', 'NMS.keep_top_k', '"-2"'],
  [{ NMS: { background_label: -2 } }, 'a whole number of at least -1', 'NMS.background_label', '"-2"'],
  [{ NMS: { normalized: 2 } }, 'true or false', 'NMS.normalized', '"2"'],
  [{ NMS: { nms_eta: 'low' } }, 'a number', 'NMS.nms_eta', '"low"'],
  [{ NMS: { score_threshold: 'low' } }, 'a number', 'NMS.score_threshold', '"low"'],
  [{ draw_threshold: 'low' }, 'a number', 'draw_threshold', '"low"'],
  [{ fpn_stride: 8 }, 'a list', 'fpn_stride', '"8"'],
  [{ fpn_stride: [8, 'x'] }, 'a list of numbers', 'fpn_stride', '["8","x"]'],
  [{ label_list: 'cat' }, 'a list', 'label_list', '"cat"'],
  [{ label_list: [['cat']] }, 'a list of strings', 'label_list', '[["cat"]]'],
  [{ label_list: ['background'], with_background: 2 }, 'true or false', 'with_background', '"2"'],
  [{ arch: ['YOLO'] }, 'a text', 'arch', '["YOLO"]'],
  [{ mode: ['fluid'] }, 'a text', 'mode', '["fluid"]'],
])('%j is an error: expected %s', (map, expected, key, found) => {
  const message = `model/infer_cfg.yml: expected ${expected} for ${key} but found ${found}`;
  expect(() => read(map)).toThrow(new Error(message));
});

test('without an NMS section the settings of FastDeploy and the deploy code hold', () => {
  const { nms, drawThreshold, nmsScoreThreshold } = read({});
  expect(nms).toEqual({
    nmsThreshold: 0.5,
    nmsTopK: 1000,
    keepTopK: 100,
    normalized: true,
    backgroundLabel: -1,
    eta: 1,
  });
  expect(drawThreshold).toBe(0.5);
  expect(nmsScoreThreshold).toBeUndefined();
});

test('the NMS section is read', () => {
  const NMS = {
    nms_threshold: 0.6,
    nms_top_k: -1,
    keep_top_k: 300,
    score_threshold: 0.025,
    normalized: false,
    background_label: 80,
    nms_eta: 0.9,
  };
  expect(read({ NMS })).toMatchObject({
    nms: {
      nmsThreshold: 0.6,
      nmsTopK: -1,
      keepTopK: 300,
      normalized: false,
      backgroundLabel: 80,
      eta: 0.9,
    },
    nmsScoreThreshold: 0.025,
  });
});

test.each([
  ['no mention', {}, ['background', 'cat']],
  ['with it', { with_background: true }, ['background', 'cat']],
  ['without it', { with_background: false }, ['cat']],
])('a background class in the list, %s', (_, more, labels) => {
  expect(read({ label_list: ['background', 'cat'], ...more }).labels).toEqual(labels);
});

test('a background class that is counted comes first, wherever the list has it', () => {
  const labels = ['cat', 'Background', 'dog'];
  expect(read({ label_list: labels, with_background: true }).labels).toEqual(['Background', 'cat', 'dog']);
});

test('labels of configs that count no background stay as they are', () => {
  expect(read({ label_list: ['cat', 'no', '1e3'], with_background: false }).labels).toEqual([
    'cat',
    'no',
    '1e3',
  ]);
});
