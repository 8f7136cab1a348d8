import type { Picture } from '#src/contracts/picture.js';
import { readSegmentationConfig } from '#src/tasks/segmentation/config.js';
import { prepare, SegPreprocessor } from '#src/tasks/segmentation/preprocess.js';
import { largestDifference } from '../../support/difference.js';
import { fieldsOf } from '../../support/fields.js';
import { readPicture, readVector, vectorCases } from '../../support/vectors.js';

type Map = Parameters<typeof fieldsOf>[0];
interface Params {
  target_size: [number, number];
  mean: number[];
  std: number[];
  padding: { target_size: [number, number]; im_padding_value: number } | null;
}

const heard: string[] = [];
const stepsOf = (...transforms: Map[]) =>
  readSegmentationConfig(fieldsOf({ Deploy: { transforms } }, 'model/deploy.yaml'), (sentence) =>
    heard.push(sentence),
  ).steps;

/** The size of a picture after the transforms. */
const sizeAfter = (width: number, height: number, ...transforms: Map[]) => {
  const { width: w, height: h } = prepare(stepsOf(...transforms), { width, height });
  return [w, h];
};

describe.each(['paddleseg', 'paddleseg_pad'].flatMap((op) => vectorCases<Params>(op)))(
  '$name',
  ({ params, input, output }) => {
    test('the tensor is the suite’s', () => {
      const steps = stepsOf(
        { type: 'Resize', target_size: params.target_size },
        ...(params.padding ? [{ type: 'Padding', ...params.padding }] : []),
        { type: 'Normalize', mean: params.mean, std: params.std },
      );
      const { feeds } = new SegPreprocessor(steps, 'x').run([readPicture(input)]);
      const expected = readVector(output);
      expect(feeds.x!.dims).toEqual([1, ...expected.shape]);
      expect(largestDifference(feeds.x!.data as Float32Array, expected.data)).toBeLessThan(1e-5);
    });
  },
);

// the sizes are PaddleSeg's: worked out by its own transforms (and PP-Matting's where it has them)
test.each<[Map, [number, number], [number, number]]>([
  [{ type: 'Resize', target_size: [64, 32] }, [50, 90], [64, 32]],
  [{ type: 'Resize', target_size: [64, 32], keep_ratio: true }, [50, 90], [32, 58]],
  [{ type: 'Resize', target_size: [50, 33], size_divisor: 32 }, [50, 90], [64, 64]],
  [{ type: 'Resize' }, [50, 90], [512, 512]],
  [{ type: 'ResizeByLong', long_size: 45 }, [50, 90], [25, 45]],
  [{ type: 'ResizeByShort', short_size: 25 }, [50, 90], [25, 45]],
  [{ type: 'ResizeByShort', short_size: 100, max_size: 120 }, [50, 90], [66, 119]],
  [{ type: 'LimitLong', max_long: 45 }, [50, 90], [25, 45]],
  [{ type: 'LimitLong', max_long: 100, min_long: 20 }, [50, 90], [50, 90]],
  [{ type: 'LimitLong', min_long: 180 }, [50, 90], [100, 180]],
  [{ type: 'LimitShort', max_short: 25 }, [50, 90], [25, 45]],
  [{ type: 'LimitShort', min_short: 100 }, [50, 90], [100, 180]],
  [{ type: 'ResizeRangeScaling', min_value: 45, max_value: 45 }, [50, 90], [25, 45]],
  [{ type: 'ResizeToIntMult' }, [50, 90], [32, 64]],
  [{ type: 'ResizeToMultiple' }, [50, 90], [64, 96]],
  [{ type: 'Padding', target_size: [100, 91] }, [50, 90], [100, 91]],
  [{ type: 'PaddingByAspectRatio' }, [50, 90], [90, 90]],
  [{ type: 'PaddingByAspectRatio', aspect_ratio: 0.5 }, [50, 90], [50, 100]],
  [{ type: 'Permute' }, [50, 90], [50, 90]],
])('%j of %j makes %j', (transform, [width, height], expected) => {
  expect(sizeAfter(width, height, transform)).toEqual(expected);
});

test('transforms follow one another', () => {
  expect(sizeAfter(1000, 500, { type: 'LimitLong', max_long: 500 }, { type: 'ResizeToIntMult' })).toEqual([
    480, 224,
  ]);
});

test('a range that would be drawn from at random becomes its middle, and that is said', () => {
  heard.length = 0;
  expect(sizeAfter(50, 100, { type: 'ResizeRangeScaling' })).toEqual([250, 500]);
  expect(heard).toEqual([expect.stringContaining('uses the middle, 500')]);
});

test('an unknown transform is named, with its file', () => {
  expect(() => stepsOf({ type: 'RandomCrop' })).toThrow(
    /model\/deploy\.yaml: the transform RandomCrop is not/,
  );
});

test('a picture larger than its padding is an error of the picture', () => {
  expect(() => sizeAfter(50, 90, { type: 'Padding', target_size: [64, 64] })).toThrow(/50 x 90/);
});

test('only the part that is no padding is the picture’s', () => {
  const picture: Picture = {
    data: new Uint8Array(40 * 20 * 3),
    width: 40,
    height: 20,
    channels: 3,
    order: 'rgb',
  };
  const steps = stepsOf(
    { type: 'ResizeByLong', long_size: 32 },
    { type: 'Padding', target_size: [64, 64] },
    { type: 'Normalize' },
  );
  const { contexts } = new SegPreprocessor(steps, 'x').run([picture]);
  expect(contexts).toEqual([{ width: 40, height: 20, usedX: 0.5, usedY: 0.25 }]);
});
