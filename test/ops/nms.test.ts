import { multiclassNms, type NmsSettings, type ScoreTable } from '#src/ops/nms.js';
import { readVector, vectorCases } from '../support/vectors.js';

interface Params {
  score_threshold: number;
  nms_threshold: number;
  nms_top_k: number;
  keep_top_k: number;
  background_label: number;
  normalized: boolean;
  nms_eta: number;
}

const settingsOf = (params: Params): NmsSettings => ({
  scoreThreshold: params.score_threshold,
  nmsThreshold: params.nms_threshold,
  nmsTopK: params.nms_top_k,
  keepTopK: params.keep_top_k,
  backgroundLabel: params.background_label,
  normalized: params.normalized,
  eta: params.nms_eta,
});

const floats = (vector: unknown) => readVector(vector).data as Float32Array;

function inputOf(input: unknown): { boxes: Float32Array; scores: ScoreTable } {
  const { boxes, scores } = input as { boxes: { shape: number[] }; scores: { shape: number[] } };
  const [, classes, count] = scores.shape as [number, number, number];
  const table = { data: floats(scores), classes, boxes: count, classStep: count, boxStep: 1 };
  return { boxes: floats(boxes), scores: table };
}

describe.each(vectorCases<Params>('multiclass_nms'))('multiclass_nms $name', ({ params, input, output }) => {
  const { rows, index } = output as { rows: number[][]; index: number[] };
  const { boxes, scores } = inputOf(input);

  test('keeps the rows that Paddle keeps, in its order, to the bit', () => {
    const kept = multiclassNms(boxes, scores, settingsOf(params));
    const found = kept.map((one) => [
      one.label,
      one.score,
      ...boxes.subarray(one.index * 4, one.index * 4 + 4),
    ]);
    expect(found).toEqual(rows);
    expect(kept.map((one) => one.index)).toEqual(index);
  });

  test('reads scores laid out box by box alike', () => {
    const turned = new Float32Array(scores.data.length);
    for (let c = 0; c < scores.classes; c++) {
      for (let b = 0; b < scores.boxes; b++) {
        turned[b * scores.classes + c] = scores.data[c * scores.boxes + b]!;
      }
    }
    const table = { ...scores, data: turned, classStep: 1, boxStep: scores.classes };
    expect(multiclassNms(boxes, table, settingsOf(params)).map((one) => one.index)).toEqual(index);
  });
});

const PLAIN: NmsSettings = {
  scoreThreshold: 0,
  nmsThreshold: 0.5,
  nmsTopK: -1,
  keepTopK: -1,
  backgroundLabel: -1,
  normalized: true,
  eta: 1,
};

const table = (data: number[], classes = 1): ScoreTable => {
  const boxes = data.length / classes;
  return { data: Float32Array.from(data), classes, boxes, classStep: boxes, boxStep: 1 };
};

test('whole-pixel boxes are a pixel larger, which can make two of them overlap too much', () => {
  const boxes = Float32Array.from([0, 0, 1, 1, 0, 0, 1, 2]);
  // 1 / 2 of unit boxes, (2 * 2) / (2 * 3) of whole-pixel ones
  expect(multiclassNms(boxes, table([0.9, 0.8]), PLAIN)).toHaveLength(2);
  expect(multiclassNms(boxes, table([0.9, 0.8]), { ...PLAIN, normalized: false })).toHaveLength(1);
});

test('the background class takes no part', () => {
  const boxes = Float32Array.from([0, 0, 1, 1]);
  const kept = multiclassNms(boxes, table([0.9, 0.8], 2), { ...PLAIN, backgroundLabel: 0 });
  expect(kept).toEqual([{ label: 1, score: Math.fround(0.8), index: 0 }]);
});

test('eta lowers the threshold with every kept box, down to 0.5', () => {
  // overlaps with the first box: 0.6, and the second is kept at 0.7 only
  const boxes = Float32Array.from([0, 0, 10, 10, 0, 0, 10, 6]);
  const settings = { ...PLAIN, nmsThreshold: 0.7 };
  expect(multiclassNms(boxes, table([0.9, 0.8]), settings)).toHaveLength(2);
  expect(multiclassNms(boxes, table([0.9, 0.8]), { ...settings, eta: 0.8 })).toHaveLength(1);
});
