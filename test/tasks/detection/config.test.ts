import { readDetectionConfig } from '#src/tasks/detection/config.js';
import { fieldsOf } from '../../support/fields.js';

const read = (map: Parameters<typeof fieldsOf>[0]) => readDetectionConfig(fieldsOf(map));

test('an operator that is not known is named, with its file', () => {
  const map = { Preprocess: [{ type: 'Permute' }, { type: 'CULaneResize' }] };
  expect(() => read(map)).toThrow(
    /model\/infer_cfg\.yml: the preprocess operator CULaneResize is not supported/,
  );
});

test.each([
  [{ type: 'Resize', keep_ratio: false }, /target_size/],
  [{ type: 'Resize', target_size: [1, 2, 3], keep_ratio: false }, /target_size/],
  [{ type: 'Resize', target_size: 4, interp: 5 }, /interp/],
  [{ type: 'NormalizeImage', mean: [0, 0, 0], std: [1, 0, 1] }, /std/],
  [{ type: 'NormalizeImage', is_scale: true }, /mean/],
  [{ type: 'NormalizeImage', norm_type: 'mean_var', mean: [0, 0, 0], std: [1, 1, 1] }, /norm_type/],
  [{ type: 'Pad' }, /size/],
  [{ type: 'LetterBoxResize' }, /target_size/],
])('%j is an error that names the field', (step, field) => {
  expect(() => read({ Preprocess: [step] })).toThrow(field);
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
  };
  expect(read({ NMS })).toMatchObject({
    nms: { nmsThreshold: 0.6, nmsTopK: -1, keepTopK: 300, normalized: false },
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

test('labels of configs that count no background stay as they are', () => {
  expect(read({ label_list: ['cat', 'no', '1e3'], with_background: false }).labels).toEqual([
    'cat',
    'no',
    '1e3',
  ]);
});
