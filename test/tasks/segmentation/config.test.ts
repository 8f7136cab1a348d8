import { readSegmentationConfig } from '#src/tasks/segmentation/config.js';
import { prepare } from '#src/tasks/segmentation/preprocess.js';
import { fieldsOf } from '../../support/fields.js';

type Map = Parameters<typeof fieldsOf>[0];
const heard: string[] = [];
const read = (map: Map) =>
  readSegmentationConfig(fieldsOf(map, 'model/deploy.yaml'), (sentence) => heard.push(sentence));
const transform = (step: Map) => read({ Deploy: { transforms: [{ type: 'Permute' }, step] } });

const PAIR = 'one or two whole numbers of at least 1';
const COUNT = 'a whole number of at least 1';

test.each<[Map, string, string, string]>([
  [{ type: 'Resize', target_size: [1, 2, 3] }, PAIR, 'target_size', '["1","2","3"]'],
  [{ type: 'Resize', keep_ratio: 2 }, 'true or false', 'keep_ratio', '"2"'],
  [{ type: 'Resize', size_divisor: 0 }, COUNT, 'size_divisor', '"0"'],
  [
    { type: 'Resize', interp: 'RANDOM' },
    'one of nearest, linear, cubic, area, lanczos4',
    'interp',
    '"RANDOM"',
  ],
  [{ type: 'Normalize', std: [1, 0, 1] }, 'three numbers other than 0', 'std', '["1","0","1"]'],
  [{ type: 'Normalize', std: [0] }, 'three numbers other than 0', 'std', '["0"]'],
  [{ type: 'Normalize', mean: [1, 2] }, 'three numbers', 'mean', '["1","2"]'],
  [{ type: 'Normalize', mean: [] }, 'three numbers', 'mean', '[]'],
  [{ type: 'Padding' }, PAIR, 'target_size', 'nothing'],
  [{ type: 'Padding', target_size: 4, im_padding_value: [1] }, 'three numbers', 'im_padding_value', '["1"]'],
  [{ type: 'Padding', target_size: 4, im_padding_value: 'grey' }, 'a number', 'im_padding_value', '"grey"'],
  [{ type: 'PaddingByAspectRatio', aspect_ratio: 0 }, 'a number above 0', 'aspect_ratio', '"0"'],
  [{ type: 'ResizeByLong' }, COUNT, 'long_size', 'nothing'],
  [{ type: 'ResizeByLong', long_size: 0 }, COUNT, 'long_size', '"0"'],
  [{ type: 'ResizeByShort' }, COUNT, 'short_size', 'nothing'],
  [{ type: 'ResizeByShort', short_size: 4, max_size: 'all' }, 'a number', 'max_size', '"all"'],
  [{ type: 'LimitLong', min_long: 0 }, COUNT, 'min_long', '"0"'],
  [{ type: 'LimitLong', max_long: 0 }, COUNT, 'max_long', '"0"'],
  [{ type: 'LimitLong', min_long: 5, max_long: 4 }, 'a whole number of at most 4', 'min_long', '"5"'],
  [{ type: 'LimitShort', min_short: 5, max_short: 4 }, 'a whole number of at most 4', 'min_short', '"5"'],
  [{ type: 'ResizeRangeScaling', min_value: 700 }, 'a whole number of at most 600', 'min_value', '"700"'],
  [{ type: 'ResizeRangeScaling', max_value: 0 }, COUNT, 'max_value', '"0"'],
  [{ type: 'ResizeToIntMult', mult_int: 0 }, COUNT, 'mult_int', '"0"'],
  [{ type: 'ResizeToMultiple', size_divisor: 0 }, COUNT, 'size_divisor', '"0"'],
])('%j is an error: expected %s', (step, expected, key, found) => {
  const message = `model/deploy.yaml: expected ${expected} for Deploy.transforms[1].${key} but found ${found}`;
  expect(() => transform(step)).toThrow(new Error(message));
});

test.each<[Map, string]>([
  [
    { Deploy: { output_op: 'sigmoid' } },
    'model/deploy.yaml: expected one of argmax, softmax, none for Deploy.output_op but found "sigmoid"',
  ],
  [{ Deploy: { input_shape: 4 } }, 'model/deploy.yaml: expected a list for Deploy.input_shape but found "4"'],
  [
    { Deploy: { transforms: ['Resize'] } },
    'model/deploy.yaml: expected a list of mappings for Deploy.transforms but found ["Resize"]',
  ],
  [
    { Deploy: { label_list: 'sky' } },
    'model/deploy.yaml: expected a list for Deploy.label_list but found "sky"',
  ],
  [
    { Deploy: { input_shape: [1, 4, 2, 2] } },
    'model/deploy.yaml: the network expects 4 channels; pictures have 3',
  ],
])('%j is an error', (map, message) => {
  expect(() => read(map)).toThrow(new Error(message));
});

test('an unknown transform is an error that names those that there are', () => {
  const expected =
    'Normalize, Resize, ResizeByLong, ResizeByShort, LimitLong, LimitShort, ResizeRangeScaling, ResizeToMultiple, ResizeToIntMult, Padding, PaddingByAspectRatio, Permute';
  const message = `model/deploy.yaml: the transform RandomCrop is not supported: expected one of ${expected}`;
  expect(() => transform({ type: 'RandomCrop' })).toThrow(new Error(message));
});

test.each(['argmax', 'softmax', 'none'])('output_op may be %s', (output_op) => {
  expect(read({ Deploy: { output_op } }).labels).toEqual([]);
});

test.each<[Map, unknown]>([
  [{ input_shape: [1, 3, 192, 256] }, { width: 256, height: 192 }],
  [{ input_shape: [-1, -1, 192, 256] }, { width: 256, height: 192 }],
  [{ input_shape: [1, 3, 1, 1] }, { width: 1, height: 1 }],
  [{ input_shape: [1, 3, 192, -1] }, undefined],
  [{ input_shape: [1, 3, -1, 256] }, undefined],
  [{ input_shape: [1, 3, 0, 0] }, undefined],
  [{}, undefined],
])('%j fixes the size %j', (deploy, expected) => {
  expect(read({ Deploy: deploy }).fixedSize).toEqual(expected);
});

test.each<[Map, string[]]>([
  [{ label_list: ['sky'], Deploy: { label_list: ['sea'] } }, ['sky']],
  [{ label_list: [], Deploy: { label_list: ['sea'] } }, ['sea']],
  [{ Deploy: {} }, []],
])('labels of %j are %j', (map, labels) => {
  expect(read(map).labels).toEqual(labels);
});

const stagesOf = (step: Map, width: number, height: number) => {
  const { steps } = transform(step);
  return prepare(steps, { width, height }).stages;
};

test.each<[Map, number[], number[]]>([
  [{}, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]],
  [{ mean: [0.1], std: [0.2] }, [0.1, 0.1, 0.1], [0.2, 0.2, 0.2]],
  [{ mean: [0.1, 0.2, 0.3], std: [1, 2, 4] }, [0.1, 0.2, 0.3], [1, 2, 4]],
])('Normalize with %j subtracts %j and divides by %j', (fields, mean, std) => {
  expect(stagesOf({ type: 'Normalize', ...fields }, 4, 2)).toEqual([
    { kind: 'normalize', scale: 1 / 255, mean, std },
  ]);
});

test.each<[Map, number[]]>([
  [{}, [127.5, 127.5, 127.5]],
  [{ im_padding_value: 7 }, [7, 7, 7]],
  [{ im_padding_value: [1, 2, 3] }, [1, 2, 3]],
])('Padding with %j fills with %j', (fields, value) => {
  const pad = { kind: 'pad', left: 0, top: 0, width: 8, height: 4, value };
  expect(stagesOf({ type: 'Padding', target_size: [8, 4], ...fields }, 4, 2)).toEqual([pad]);
});

test('Resize takes its interpolation from the config, bilinear without one', () => {
  const resized = (fields: Map) => stagesOf({ type: 'Resize', target_size: [8, 4], ...fields }, 4, 2);
  expect(resized({ interp: 'NEAREST' })).toMatchObject([{ kind: 'resize', interpolation: 'nearest' }]);
  expect(resized({})).toMatchObject([{ kind: 'resize', interpolation: 'linear' }]);
});

test.each<[Map]>([
  [{ type: 'Resize', target_size: [4, 2] }],
  [{ type: 'ResizeByLong', long_size: 4 }],
  [{ type: 'ResizeToIntMult', mult_int: 2 }],
  [{ type: 'Padding', target_size: [4, 2] }],
  [{ type: 'PaddingByAspectRatio', aspect_ratio: 2 }],
])('%j leaves a picture of 4 x 2 as it is', (step) => {
  expect(stagesOf(step, 4, 2)).toEqual([]);
});

test.each<[Map, number, number, string]>([
  [{ type: 'ResizeToIntMult' }, 31, 64, 'a picture of 31 x 64 has no pixels left after resizing'],
  [{ type: 'ResizeToIntMult' }, 64, 31, 'a picture of 64 x 31 has no pixels left after resizing'],
  [{ type: 'ResizeByLong', long_size: 1 }, 9, 3, 'a picture of 9 x 3 has no pixels left after resizing'],
  [{ type: 'Padding', target_size: [8, 4] }, 9, 4, 'the picture is 9 x 4, larger than the padding to 8 x 4'],
  [{ type: 'Padding', target_size: [8, 4] }, 8, 5, 'the picture is 8 x 5, larger than the padding to 8 x 4'],
])('%j refuses a picture of %i x %i', (step, width, height, message) => {
  expect(() => stagesOf(step, width, height)).toThrow(new Error(message));
});

test('a range without a middle to choose from is not spoken of', () => {
  heard.length = 0;
  transform({ type: 'ResizeRangeScaling', min_value: 45, max_value: 45 });
  expect(heard).toEqual([]);
  transform({ type: 'ResizeRangeScaling', min_value: 45, max_value: 48 });
  // PaddleSeg rounds the middle: int(46.5 + 0.5)
  expect(heard).toEqual([
    'model/deploy.yaml: ResizeRangeScaling draws the longer side at random from 45 to 48; fdeploy uses the middle, 47',
  ]);
});
