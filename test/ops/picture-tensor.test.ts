import { pictureToTensor, TensorScratch, type TensorPlan } from '#src/ops/picture-tensor.js';
import { largestDifference } from '../support/difference.js';
import { readPicture, readVector, vectorCases } from '../support/vectors.js';

type Triple = [number, number, number];

interface Size {
  width: number;
  height: number;
}

/** A plan that stretches the whole picture over the whole output. */
function stretch({ width, height }: Size, changes: Partial<TensorPlan>): TensorPlan {
  return {
    resizedWidth: width,
    resizedHeight: height,
    interpolation: 'linear',
    backend: 'cv2',
    crop: { x: 0, y: 0, width, height },
    outWidth: width,
    outHeight: height,
    placeX: 0,
    placeY: 0,
    padValue: [0, 0, 0],
    order: 'rgb',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    layout: 'chw',
    ...changes,
  };
}

const INTERPOLATIONS = ['nearest', 'linear', 'cubic', 'area', 'lanczos4'] as const;

/** The tensor of a case's picture, made twice with the same buffers so that nothing of the first may stay behind. */
function tensorOf(input: unknown, plan: TensorPlan): Float32Array {
  const picture = readPicture(input);
  const scratch = new TensorScratch();
  const out = new Float32Array(3 * plan.outWidth * plan.outHeight);
  const inverted = { ...picture, data: picture.data.map((value) => 255 - value) };
  pictureToTensor(inverted, plan, out, 0, scratch);
  out.fill(NaN);
  pictureToTensor(picture, plan, out, 0, scratch);
  return out;
}

function expectTensor(input: unknown, plan: TensorPlan, output: unknown): void {
  expect(largestDifference(tensorOf(input, plan), readVector(output).data)).toBeLessThanOrEqual(1e-5);
}

interface ClasParams {
  crop_size: number;
  mean: Triple;
  std: Triple;
}
const clas = ['paddleclas', 'paddleclas_small'].flatMap((op) => vectorCases<ClasParams>(op));

describe('resize short, crop, normalise as PaddleClas', () => {
  test.each(clas)('$name', ({ params, input, output, resized, crop_origin }) => {
    const [resizedWidth, resizedHeight] = resized as [number, number];
    const [x, y] = crop_origin as [number, number];
    const side = params.crop_size;
    const plan = stretch(
      { width: side, height: side },
      {
        resizedWidth,
        resizedHeight,
        crop: { x, y, width: side, height: side },
        mean: params.mean,
        std: params.std,
      },
    );
    expectTensor(input, plan, output);
  });
});

interface DetParams {
  target_size: [number, number];
  interp: number;
  is_scale: boolean;
  mean: Triple;
  std: Triple;
}
const det = ['paddledet_fixed', 'paddledet_noscale', 'paddledet_picodet'].flatMap((op) =>
  vectorCases<DetParams>(op),
);

describe('resize to a fixed size, normalise as PaddleDetection', () => {
  test.each(det)('$name', ({ params, input, output }) => {
    const [height, width] = params.target_size;
    const plan = stretch(
      { width, height },
      {
        interpolation: INTERPOLATIONS[params.interp]!,
        scale: params.is_scale ? 1 / 255 : 1,
        mean: params.mean,
        std: params.std,
      },
    );
    // OpenCV's IPP build differs by one grey level from its own code for cubic.
    const tolerance = params.interp === 2 ? 1.0001 / 255 / Math.min(...params.std) : 1e-5;
    const expected = readVector(output).data;
    expect(largestDifference(tensorOf(input, plan), expected)).toBeLessThanOrEqual(tolerance);
  });
});

describe('resize by a factor, normalise, pad to a stride as PaddleDetection', () => {
  test.each(vectorCases<DetParams>('paddledet_keepratio'))(
    '$name',
    ({ params, input, output, im_shape, scale_factor_exact }) => {
      const [height, width] = im_shape as [number, number];
      const [factorY, factorX] = scale_factor_exact as [number, number];
      const [, outHeight, outWidth] = readVector(output).shape as Triple;
      const plan = stretch(
        { width, height },
        { stepX: 1 / factorX, stepY: 1 / factorY, outWidth, outHeight, mean: params.mean, std: params.std },
      );
      expectTensor(input, plan, output);
    },
  );
});

interface SegParams {
  target_size: [number, number];
  mean: Triple;
  std: Triple;
  padding: { target_size: [number, number]; im_padding_value: number } | null;
}
const seg = ['paddleseg', 'paddleseg_pad'].flatMap((op) => vectorCases<SegParams>(op));

describe('resize, pad, normalise as PaddleSeg', () => {
  test.each(seg)('$name', ({ params, input, output }) => {
    const [width, height] = params.target_size;
    const { mean, std, padding } = params;
    const [outWidth, outHeight] = padding?.target_size ?? params.target_size;
    const pad = (c: 0 | 1 | 2) => ((padding?.im_padding_value ?? 0) / 255 - mean[c]) / std[c];
    const plan = stretch(
      { width, height },
      { outWidth, outHeight, mean, std, padValue: [pad(0), pad(1), pad(2)] },
    );
    expectTensor(input, plan, output);
  });
});

describe('resize to a height, pad to a width in BGR as PP-OCR', () => {
  test.each(vectorCases('ppocr_rec'))('$name', ({ input, output, resized_width, tensor_width }) => {
    const size = { width: resized_width as number, height: 48 };
    const plan = stretch(size, {
      outWidth: tensor_width as number,
      order: 'bgr',
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    });
    expectTensor(input, plan, output);
  });
});

describe('the layout', () => {
  const [first] = vectorCases<SegParams>('paddleseg_pad');

  test('hwc holds the values of chw, padding included, from the offset on', () => {
    const plan = stretch(
      { width: 60, height: 40 },
      { outWidth: 70, outHeight: 50, placeX: 4, placeY: 6, padValue: [7, 8, 9] },
    );
    const picture = readPicture(first!.input);
    const pixels = 70 * 50;
    const chw = new Float32Array(3 * pixels);
    const hwc = new Float32Array(5 + 3 * pixels);
    pictureToTensor(picture, plan, chw, 0);
    pictureToTensor(picture, { ...plan, layout: 'hwc' }, hwc, 5);
    expect(Array.from(hwc.subarray(0, 5))).toEqual([0, 0, 0, 0, 0]);
    expect(Array.from(chw.subarray(pixels - 1, pixels + 1))).toEqual([7, 8]);
    const turned = chw.map((_, i) => hwc[5 + 3 * (i % pixels) + Math.floor(i / pixels)]!);
    expect(largestDifference(turned, chw)).toBe(0);
  });
});
