import { ClasPreprocessor } from '#src/tasks/classification/preprocess.js';
import { IMAGENET_PREPROCESSING } from '#src/tasks/classification/config.js';
import { largestDifference } from '../../support/difference.js';
import { readPicture, readVector, vectorCases } from '../../support/vectors.js';

interface ClasParams {
  resize_short: number;
  crop_size: number;
  mean: [number, number, number];
  std: [number, number, number];
}

describe("a classification Preprocessor beside PaddleClas's operators in cv2", () => {
  const cases = [...vectorCases<ClasParams>('paddleclas'), ...vectorCases<ClasParams>('paddleclas_small')];

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { params, input, output }) => {
    const preprocessor = new ClasPreprocessor(
      {
        ...IMAGENET_PREPROCESSING,
        resize: { short: params.resize_short, backend: 'cv2', interpolation: 'linear' },
        crop: [params.crop_size, params.crop_size],
      },
      'x',
    );
    const expected = readVector(output);
    const { x } = preprocessor.run([readPicture(input)]).feeds;
    expect(x?.dims).toEqual([1, ...expected.shape]);
    expect(largestDifference(x?.data as Float32Array, expected.data)).toBeLessThan(1e-5);
  });

  it('lays out rows of pixels, and appends a channel of zeros, where the network wants that', () => {
    const [first] = cases;
    const picture = readPicture(first!.input);
    const planes = new ClasPreprocessor({ ...IMAGENET_PREPROCESSING, channels: 4 }, 'x').run([picture]).feeds
      .x!;
    const pixels = new ClasPreprocessor({ ...IMAGENET_PREPROCESSING, channels: 4, layout: 'hwc' }, 'x').run([
      picture,
    ]).feeds.x!;
    expect(planes.dims).toEqual([1, 4, 224, 224]);
    expect(pixels.dims).toEqual([1, 224, 224, 4]);
    const plane = 224 * 224;
    for (const at of [0, 1, 225, plane - 1]) {
      const seen = [0, 1, 2, 3].map((channel) => pixels.data[at * 4 + channel]);
      expect(seen).toEqual([0, 1, 2, 3].map((channel) => planes.data[channel * plane + at]));
      expect(seen[3]).toBe(0);
    }
  });

  it('resizes by the original size a picture that was decoded smaller', () => {
    // shorter side 10: 401 x 100 becomes 40 x 10 (40.1), what it was decoded to would become 42 x 10
    const steps = { order: 'rgb', channels: 3, layout: 'chw' } as const;
    const resize = { short: 10, backend: 'cv2', interpolation: 'nearest' } as const;
    const preprocessor = new ClasPreprocessor({ ...steps, resize }, 'x');
    const original = { width: 401, height: 100, shown: { width: 401, height: 100 } };
    // rows of white and black: with a row too long or short they would move
    const data = Uint8Array.from({ length: 84 * 20 * 3 }, (_, i) => (Math.floor(i / 252) % 4 < 2 ? 255 : 0));
    const { x } = preprocessor.run([
      { data, width: 84, height: 20, channels: 3, order: 'rgb', original },
    ]).feeds;
    expect(x?.dims).toEqual([1, 3, 10, 40]);
    const rows = Array.from({ length: 10 }, (_, y) => [
      ...new Set((x!.data as Float32Array).slice(y * 40, (y + 1) * 40)),
    ]);
    expect(rows).toEqual(Array.from({ length: 10 }, (_, y) => [y % 2 === 0 ? 255 : 0]));
    expect(preprocessor.resizedSize({ width: 401, height: 100 })).toEqual({ width: 40, height: 10 });
  });

  it('refuses a picture that is smaller than the crop', () => {
    const preprocessor = new ClasPreprocessor(
      { order: 'rgb', crop: [64, 64], channels: 3, layout: 'chw' },
      'x',
    );
    const small = {
      data: new Uint8Array(30 * 20 * 3),
      width: 30,
      height: 20,
      channels: 3,
      order: 'rgb',
    } as const;
    expect(() => preprocessor.run([small])).toThrow(
      /30 x 20 after resizing, smaller than the crop of 64 x 64/,
    );
  });
});
