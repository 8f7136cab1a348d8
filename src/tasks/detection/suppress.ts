import { FdeployError } from '../../contracts/errors.js';
import type { Tensor } from '../../contracts/tensor.js';
import { allFinite } from '../../ops/finite.js';
import { multiclassNms, type KeptBox, type NmsSettings, type ScoreTable } from '../../ops/nms.js';
import { decodePicoDet, type PicoDetLevel } from '../../ops/picodet-decode.js';
import { notFinite, requireFinite } from '../require-finite.js';
import type { OutputForm } from './outputs.js';
import type { DetPostprocessing, FoundBox } from './found.js';
import type { DetContext } from './preprocess.js';
import { floatsOf } from './tensors.js';

type Outputs = Readonly<Record<string, Tensor>>;
type Settings = Pick<DetPostprocessing, 'nms' | 'strides' | 'scaledByGraph' | 'source'>;

/** Boxes `[B, L, 4]` and their scores, suppressed here. */
export function suppressCandidates(
  form: Extract<OutputForm, { kind: 'candidates' }>,
  outputs: Outputs,
  contexts: readonly DetContext[],
  settings: Settings,
): FoundBox[][] {
  const boxes = floatsOf(outputs, form.boxes);
  const scores = floatsOf(outputs, form.scores);
  const count = boxes.dims[1]!;
  const classes = scores.dims[form.boxFirst ? 2 : 1]!;
  return contexts.map((context, i) => {
    const own = boxes.data.subarray(i * count * 4, (i + 1) * count * 4);
    const table: ScoreTable = {
      data: scores.data.subarray(i * count * classes, (i + 1) * count * classes),
      classes,
      boxes: count,
      classStep: form.boxFirst ? 1 : count,
      boxStep: form.boxFirst ? classes : 1,
    };
    requireNumbers(own, table, settings);
    return found(own, multiclassNms(own, table, settings.nms), context, settings.scaledByGraph);
  });
}

/** Boxes and scores in one tensor `[B, L, 4 + C]`. */
export function suppressJoined(
  form: Extract<OutputForm, { kind: 'joined' }>,
  outputs: Outputs,
  contexts: readonly DetContext[],
  settings: Settings,
): FoundBox[][] {
  const { data, dims } = floatsOf(outputs, form.joined);
  const [, count, width] = dims as [number, number, number];
  return contexts.map((context, i) => {
    const rows = data.subarray(i * count * width, (i + 1) * count * width);
    const boxes = new Float32Array(count * 4);
    for (let box = 0; box < count; box++) boxes.set(rows.subarray(box * width, box * width + 4), box * 4);
    const table: ScoreTable = {
      data: rows.subarray(4),
      classes: width - 4,
      boxes: count,
      classStep: 1,
      boxStep: width,
    };
    requireNumbers(boxes, table, settings);
    return found(boxes, multiclassNms(boxes, table, settings.nms), context, settings.scaledByGraph);
  });
}

/** PicoDet's raw heads, decoded and suppressed here. */
export function suppressHeads(
  form: Extract<OutputForm, { kind: 'heads' }>,
  outputs: Outputs,
  contexts: readonly DetContext[],
  settings: Settings,
): FoundBox[][] {
  const heads = form.levels.map(({ scores, distances }) => ({
    scores: floatsOf(outputs, scores),
    distances: floatsOf(outputs, distances),
  }));
  const classes = heads[0]!.scores.dims[2]!;
  return contexts.map((context, i) => {
    const levels = heads.map(({ scores, distances }): PicoDetLevel => {
      const cells = scores.dims[1]!;
      const width = distances.dims[2]!;
      return {
        scores: scores.data.subarray(i * cells * classes, (i + 1) * cells * classes),
        distances: distances.data.subarray(i * cells * width, (i + 1) * cells * width),
        cells,
        stride: strideOf(cells, context, settings),
      };
    });
    for (const level of levels) requireFinite(level.scores, `a level of ${settings.source}`);
    levels.sort((a, b) => a.stride - b.stride);
    const decoded = decodePicoDet(levels, context.inputWidth, classes, settings.nms.scoreThreshold);
    requireFinite(decoded.boxes, `a level of ${settings.source}`);
    const table: ScoreTable = {
      data: decoded.scores,
      classes,
      boxes: decoded.count,
      classStep: 1,
      boxStep: classes,
    };
    // PaddleDetection clips the boxes to the network's input behind the suppression; objects are clipped anyway
    return found(decoded.boxes, multiclassNms(decoded.boxes, table, settings.nms), context, false);
  });
}

/**
 * Refuses scores that are no numbers, and boxes that are none where a score lets them pass.
 * @throws FdeployError RESULT_INVALID
 */
function requireNumbers(boxes: Float32Array, scores: ScoreTable, { nms, source }: Settings): void {
  if (allFinite(boxes) && allFinite(scores.data)) return;
  for (let box = 0; box < scores.boxes; box++) {
    let best = -Infinity;
    for (let label = 0; label < scores.classes; label++) {
      const score = scores.data[label * scores.classStep + box * scores.boxStep]!;
      if (!Number.isFinite(score)) throw notFinite(`a score of ${source}`, score);
      best = Math.max(best, score);
    }
    if (best > nms.scoreThreshold) requireFinite(boxes.subarray(box * 4, box * 4 + 4), `a box of ${source}`);
  }
}

/** The stride whose grid has as many cells: one of the config's, else any power of two. */
function strideOf(cells: number, { inputWidth, inputHeight }: DetContext, settings: Settings): number {
  const fits = (stride: number) => Math.ceil(inputWidth / stride) * Math.ceil(inputHeight / stride) === cells;
  const stride = [...settings.strides, 4, 8, 16, 32, 64, 128].find(fits);
  if (stride !== undefined) return stride;
  const message = `${settings.source} has a level of ${cells} cells, which matches no stride at ${inputWidth} x ${inputHeight}`;
  throw new FdeployError('RESULT_INVALID', message, { file: settings.source, found: `${cells} cells` });
}

/** Kept boxes in pixels of the picture. */
function found(
  boxes: Float32Array,
  kept: readonly KeptBox[],
  { placement: { scaleX, scaleY, shiftX, shiftY } }: DetContext,
  scaledByGraph: boolean,
): FoundBox[] {
  return kept.map(({ label, score, index }) => {
    const [x0, y0, x1, y1] = boxes.subarray(index * 4, index * 4 + 4) as unknown as FoundBox['box'];
    const box: FoundBox['box'] = scaledByGraph
      ? [x0, y0, x1, y1]
      : [(x0 - shiftX) / scaleX, (y0 - shiftY) / scaleY, (x1 - shiftX) / scaleX, (y1 - shiftY) / scaleY];
    return { id: label, score, box };
  });
}

/** Settings of a suppression whose result is then cut at `threshold`, so that a score of exactly that is kept. */
export function suppressionAt(threshold: number, nms: Omit<NmsSettings, 'scoreThreshold'>): NmsSettings {
  return { ...nms, scoreThreshold: Math.fround(threshold) * (1 - 2 ** -20) };
}
