import { contourPoints, findContours } from '#src/ops/contours.js';
import { binarise } from '#src/ops/binary-map.js';
import { polygonScore } from '#src/ops/box-score.js';
import { miniBox } from '#src/ops/min-area-rect.js';
import { unclip, unclipDistance } from '#src/ops/unclip.js';
import { DetectionPostprocessor } from '#src/tasks/ocr/detection-postprocess.js';
import { DetectionPreprocessor } from '#src/tasks/ocr/detection-preprocess.js';
import { PROFILES } from '#src/tasks/ocr/profiles.js';
import { largestDifference } from '../../support/difference.js';
import { readOcrPicture, readStage, STAGED, stagesOf } from '../../support/ocr.js';
import { pairs } from '../../support/points.js';

const CONFIG = PROFILES.paddleocr.detection;

describe.each(STAGED)('detection of %s, by the stages of PaddleOCR', (name) => {
  const stages = stagesOf(name);
  const [, , height, width] = stages.det_input.shape as [number, number, number, number];
  const map = { data: readStage(name, stages.det_prob), width, height };

  test('the network gets the same values', async () => {
    const preprocessor = new DetectionPreprocessor(CONFIG, 'x');
    const { feeds } = preprocessor.run([await readOcrPicture(`pictures/${stages.picture}`)]);
    const { dims, data } = feeds.x!;
    expect(dims).toEqual(stages.det_input.shape);
    const { sample_every_8: sample, crop } = stages.det_input;
    const at = (c: number, y: number, x: number): number => Number(data[(c * height + y) * width + x]);
    const [, rows, columns] = sample.shape as [number, number, number];
    const sampled = Float32Array.from({ length: 3 * rows * columns }, (_, i) =>
      at(Math.floor(i / (rows * columns)), 8 * (Math.floor(i / columns) % rows), 8 * (i % columns)),
    );
    expect(largestDifference(sampled, readStage(name, sample))).toBeLessThan(1e-5);
    const [, cropRows, cropColumns] = crop.shape as [number, number, number];
    const cropped = Float32Array.from({ length: 3 * cropRows * cropColumns }, (_, i) => {
      const y = crop.y + (Math.floor(i / cropColumns) % cropRows);
      return at(Math.floor(i / (cropRows * cropColumns)), y, crop.x + (i % cropColumns));
    });
    expect(largestDifference(cropped, readStage(name, crop))).toBeLessThan(1e-5);
  });

  test('every contour is scored and grown, or dropped, alike', () => {
    const contours = findContours(binarise(map.data, CONFIG.threshold), width, height);
    expect(contours.count).toBe(stages.candidates.length);
    stages.candidates.forEach((candidate, i) => {
      const contour = contourPoints(contours, i);
      const { box, shortSide } = miniBox(contour);
      expect(pairs(box)).toEqual(candidate.before);
      expect(shortSide).toBe(candidate.side);
      if (candidate.box_score === undefined) return;
      expect(polygonScore(map, box)).toBeCloseTo(candidate.box_score, 12);
      expect(polygonScore(map, contour)).toBeCloseTo(candidate.box_score_slow!, 12);
      if (candidate.unclip_path === undefined) return;
      expect(unclipDistance(box, CONFIG.unclipRatio)).toBeCloseTo(candidate.distance!, 9);
      const [polygon] = unclip(box, CONFIG.unclipRatio);
      expect(pairs(polygon!)).toEqual(candidate.unclip_path);
      expect(pairs(miniBox(polygon!).box)).toEqual(candidate.after);
    });
  });

  test('the boxes and their order', () => {
    const postprocessor = new DetectionPostprocessor(CONFIG, 'map');
    const context = {
      width,
      height,
      left: 0,
      top: 0,
      contentWidth: width,
      contentHeight: height,
      pictureWidth: stages.width,
      pictureHeight: stages.height,
    };
    const outputs = { map: { type: 'float32', dims: [1, 1, height, width], data: map.data } } as const;
    const [boxes] = postprocessor.run(outputs, [context]);
    expect(boxes!.map(({ quad }) => quad)).toEqual(stages.lines.map(({ quad }) => quad));
    boxes!.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(stages.lines[i]!.box_score, 12);
    });
  });
});

test('a map of another size than the input is an error that names it', () => {
  const postprocessor = new DetectionPostprocessor(CONFIG, 'map');
  const context = {
    ...{ width: 64, height: 32, left: 0, top: 0, contentWidth: 64, contentHeight: 32 },
    ...{ pictureWidth: 60, pictureHeight: 30 },
  };
  const outputs = { map: { type: 'float32', dims: [1, 1, 16, 64], data: new Float32Array(1024) } } as const;
  expect(() => postprocessor.run(outputs, [context])).toThrow('float32 [1, 1, 16, 64]');
});
