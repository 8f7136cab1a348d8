import { largestDifference } from '../../support/difference.js';
import { readOcrPicture, readStage, STAGED, stagesOf } from '../../support/ocr.js';
import { readPicture, readVector, vectorCases } from '../../support/vectors.js';
import { turnHalf } from '#src/ops/rotated-crop.js';
import { batchesByRatio, batchesOfEqualWidth } from '#src/tasks/ocr/batches.js';
import { cropLines } from '#src/tasks/ocr/crops.js';
import { OrientationPreprocessor } from '#src/tasks/ocr/orientation-preprocess.js';
import { PROFILES } from '#src/tasks/ocr/profiles.js';
import { RecognitionPostprocessor } from '#src/tasks/ocr/recognition-postprocess.js';
import { RecognitionPreprocessor } from '#src/tasks/ocr/recognition-preprocess.js';

const RECOGNITION = { ...PROFILES.paddleocr.recognition, dynamicWidth: true, dictionary: '' };

describe.each(STAGED)('lines of %s, by the stages of PaddleOCR', (name) => {
  const stages = stagesOf(name);
  const cropsOf = () => Promise.all(stages.lines.map(({ crop }) => readOcrPicture(`stages/${name}/${crop}`)));

  test('the crops', async () => {
    const picture = await readOcrPicture(`pictures/${stages.picture}`);
    const { crops } = cropLines(
      picture,
      stages.lines.map(({ quad }) => quad),
    );
    const expected = await cropsOf();
    stages.lines.forEach(({ cls_label, cls_score, crop_size }, i) => {
      const crop = crops[i]!;
      expect([crop.width, crop.height]).toEqual(crop_size);
      if (cls_label === 1 && cls_score > 0.9) turnHalf(crop.data, 0, crop.width * crop.height);
      expect(largestDifference(crop.data, expected[i]!.data)).toBe(0);
    });
  });

  test('the batches and what recognition gets', async () => {
    const crops = await cropsOf();
    const preprocessor = new RecognitionPreprocessor(RECOGNITION, 'x');
    const batches = batchesByRatio(crops, RECOGNITION.batch);
    expect(batches).toEqual(stages.rec_batches.map(({ lines }) => lines));
    batches.forEach((positions, b) => {
      const { feeds } = preprocessor.run(positions.map((i) => crops[i]!));
      const { dims, data } = feeds.x!;
      expect(dims).toEqual(stages.rec_batches[b]!.shape);
      for (const input of stages.rec_inputs) {
        const place = positions.indexOf(input.line);
        if (place < 0) continue;
        const size = data.length / positions.length;
        const line = (data as Float32Array).subarray(place * size, (place + 1) * size);
        expect(largestDifference(line, readStage(name, input))).toBeLessThan(1e-5);
      }
    });
  });

  test('the texts that the time steps spell', async () => {
    const dictionary = await dictionaryOfClasses();
    const postprocessor = new RecognitionPostprocessor(dictionary.join('\n'), 'y');
    const classes = dictionary.length + 1;
    for (const { text, score, ctc_argmax, ctc_prob } of stages.lines) {
      const data = new Float32Array(ctc_argmax.length * classes);
      ctc_argmax.forEach((best, step) => {
        const row = step * classes;
        data.fill((1 - ctc_prob[step]!) / (classes - 1), row, row + classes);
        data[row + best] = ctc_prob[step]!;
      });
      const dims = [1, ctc_argmax.length, classes];
      const [read] = postprocessor.run({ y: { type: 'float32', dims, data } }, [1]);
      expect(read!.text).toBe(text);
      // The stages hold the probabilities with six digits.
      expect(read!.score).toBeCloseTo(score, 5);
    }
  });
});

async function dictionaryOfClasses(): Promise<string[]> {
  const { builtinModels } = await import('#src/tasks/ocr/builtin.js');
  const { readFile } = await import('node:fs/promises');
  const lines = (await readFile(builtinModels().dictionary, 'utf8')).split('\n');
  return [...lines.slice(0, 6623), ' '];
}

test.each(vectorCases('ppocr_cls'))('$name: what orientation gets', ({ input, output }) => {
  const { feeds } = new OrientationPreprocessor(PROFILES.paddleocr.orientation, 'x').run([
    readPicture(input),
  ]);
  const { data, shape } = readVector(output);
  expect(feeds.x!.dims).toEqual([1, ...shape]);
  expect(largestDifference(feeds.x!.data as Float32Array, data)).toBeLessThan(1e-5);
});

test.each(vectorCases<{ max_wh_ratio: number }>('ppocr_rec'))(
  '$name: what recognition gets beside the widest line of its batch',
  ({ params, input, output }) => {
    const width = Math.round(40 * params.max_wh_ratio);
    const widest = { data: new Uint8Array(width * 40 * 3), width, height: 40, channels: 3 } as const;
    const preprocessor = new RecognitionPreprocessor(RECOGNITION, 'x');
    const { feeds } = preprocessor.run([readPicture(input), { ...widest, order: 'bgr' }]);
    const { data, shape } = readVector(output);
    expect(feeds.x!.dims).toEqual([2, ...shape]);
    const line = (feeds.x!.data as Float32Array).subarray(0, data.length);
    expect(largestDifference(line, data)).toBeLessThan(1e-5);
  },
);

test('the orientation of a long line is judged by its middle part, unsqueezed', () => {
  // Three parts of 40 x 10: black, white, black; the middle 80 x 10 is half a black part, the white one, and half.
  const data = new Uint8Array(120 * 10 * 3).map((_, i) => (Math.floor(((i / 3) % 120) / 40) === 1 ? 255 : 0));
  const line = { data, width: 120, height: 10, channels: 3, order: 'rgb' } as const;
  const config = { ...PROFILES.best.orientation, longest: 8 };
  const { feeds } = new OrientationPreprocessor(config, 'x').run([line]);
  const row = (feeds.x!.data as Float32Array).subarray(0, 192);
  expect([row[0], row[40], row[56], row[96], row[136], row[152], row[191]]).toEqual([
    -1, -1, 1, 1, 1, -1, -1,
  ]);
});

test('a graph of one width squeezes longer lines into it', () => {
  const config = { ...RECOGNITION, dynamicWidth: false, minWidth: 100 };
  const line = { data: new Uint8Array(300 * 10 * 3).fill(255), width: 300, height: 10, channels: 3 } as const;
  const { feeds } = new RecognitionPreprocessor(config, 'x').run([{ ...line, order: 'rgb' }]);
  expect(feeds.x!.dims).toEqual([1, 3, 48, 100]);
  expect((feeds.x!.data as Float32Array).every((value) => value === 1)).toBe(true);
});

describe('the width that a line gets when it is read alone', () => {
  const widthOf = (config: typeof RECOGNITION, width: number): number =>
    new RecognitionPreprocessor(config, 'x').inputWidth({
      data: new Uint8Array(0),
      width,
      height: 24,
      channels: 3,
      order: 'rgb',
    });

  test('paddleocr: at least 320', () => {
    expect([20, 100, 160, 161, 400].map((width) => widthOf(RECOGNITION, width))).toEqual([
      320, 320, 320, 322, 800,
    ]);
  });
  test('of a network that is to see few sizes: the next multiple', () => {
    const config = { ...PROFILES.best.recognition, dynamicWidth: true, dictionary: '', step: 64 };
    expect([20, 40, 41, 400, 1600].map((width) => widthOf(config, width))).toEqual([
      128, 128, 128, 832, 3200,
    ]);
  });
  test('best: 16 columns behind the line, at least 96', () => {
    const config = { ...PROFILES.best.recognition, dynamicWidth: true, dictionary: '' };
    expect([20, 40, 41, 400, 1600].map((width) => widthOf(config, width))).toEqual([96, 96, 98, 816, 3200]);
  });
});

test('short lines share a batch, long ones do not', () => {
  const lines = [96, 96, 96, 96, 320, 320, 160, 160, 160, 160].map((width) => ({ width, height: 48 }));
  const batches = batchesOfEqualWidth(lines, 6, ({ width }) => width, 576);
  expect(batches).toEqual([[0, 1, 2, 3], [6, 7, 8], [9], [4], [5]]);
});

test('lines of equal input width alone share a batch, and no batch is larger than it may be', () => {
  const widths = [320, 400, 320, 500, 320, 400];
  const lines = widths.map((width) => ({ width, height: 48 }));
  expect(batchesOfEqualWidth(lines, 2, ({ width }) => width)).toEqual([[0, 2], [4], [1, 5], [3]]);
});
