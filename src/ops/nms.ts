/** Settings of Paddle's `multiclass_nms3`, under names of our own. */
export interface NmsSettings {
  /** Only scores above it take part. */
  readonly scoreThreshold: number;
  /** Boxes of one class that overlap a better one by more than this are dropped. */
  readonly nmsThreshold: number;
  /** Best boxes of each class that take part; -1 is all of them. */
  readonly nmsTopK: number;
  /** Best boxes of all classes that are kept; -1 is all of them. */
  readonly keepTopK: number;
  /** false: coordinates are whole pixels, so that a box from 0 to 0 is one pixel wide. */
  readonly normalized: boolean;
  /** A class that is left out; -1 is none. */
  readonly backgroundLabel: number;
  /** Below 1 the threshold shrinks by this factor with every kept box while it is above 0.5. */
  readonly eta: number;
}

/** Scores of `boxes` boxes for `classes` classes: the score of class c for box b is `data[c * classStep + b * boxStep]`. */
export interface ScoreTable {
  readonly data: Float32Array;
  readonly classes: number;
  readonly boxes: number;
  readonly classStep: number;
  readonly boxStep: number;
}

/** A box that was kept. */
export interface KeptBox {
  readonly label: number;
  readonly score: number;
  /** Its row in the boxes. */
  readonly index: number;
}

const f32 = Math.fround;

function area(boxes: Float32Array, at: number, norm: number): number {
  const x0 = boxes[at]!;
  const y0 = boxes[at + 1]!;
  const x1 = boxes[at + 2]!;
  const y1 = boxes[at + 3]!;
  if (x1 < x0 || y1 < y0) return 0;
  return f32(f32(f32(x1 - x0) + norm) * f32(f32(y1 - y0) + norm));
}

/** Intersection over union in float32, operation by operation as Paddle's kernel does it. */
function overlap(boxes: Float32Array, a: number, b: number, norm: number): number {
  if (
    boxes[b]! > boxes[a + 2]! ||
    boxes[b + 2]! < boxes[a]! ||
    boxes[b + 1]! > boxes[a + 3]! ||
    boxes[b + 3]! < boxes[a + 1]!
  ) {
    return 0;
  }
  const x0 = Math.max(boxes[a]!, boxes[b]!);
  const y0 = Math.max(boxes[a + 1]!, boxes[b + 1]!);
  const x1 = Math.min(boxes[a + 2]!, boxes[b + 2]!);
  const y1 = Math.min(boxes[a + 3]!, boxes[b + 3]!);
  const shared = f32(f32(f32(x1 - x0) + norm) * f32(f32(y1 - y0) + norm));
  return f32(shared / f32(f32(area(boxes, a, norm) + area(boxes, b, norm)) - shared));
}

/** Rows of one class whose score passes, best first; equal scores keep their order. */
function candidates(scores: ScoreTable, label: number, settings: NmsSettings): Int32Array {
  const threshold = f32(settings.scoreThreshold);
  const { data, boxes, boxStep } = scores;
  const first = label * scores.classStep;
  const rows = new Int32Array(boxes);
  let count = 0;
  for (let box = 0; box < boxes; box++) {
    if (data[first + box * boxStep]! > threshold) rows[count++] = box;
  }
  const passed = rows
    .subarray(0, count)
    .sort((a, b) => data[first + b * boxStep]! - data[first + a * boxStep]!);
  const { nmsTopK } = settings;
  return nmsTopK > -1 && nmsTopK < count ? passed.subarray(0, nmsTopK) : passed;
}

function suppress(boxes: Float32Array, rows: Int32Array, settings: NmsSettings): number[] {
  const norm = settings.normalized ? 0 : 1;
  const eta = f32(settings.eta);
  let threshold = f32(settings.nmsThreshold);
  const kept: number[] = [];
  for (const row of rows) {
    let keep = true;
    for (let k = 0; keep && k < kept.length; k++) {
      // written so that a NaN drops the box, as `overlap <= threshold` does in the kernel
      keep = overlap(boxes, row * 4, kept[k]! * 4, norm) <= threshold;
    }
    if (!keep) continue;
    kept.push(row);
    if (eta < 1 && threshold > 0.5) threshold = f32(threshold * eta);
  }
  return kept;
}

/**
 * Non-maximum suppression class by class with the meaning, the float32 arithmetic and the order of the rows of
 * Paddle's `multiclass_nms3`: by class, in a class the best first.
 * @param boxes x0, y0, x1, y1 of each box
 */
export function multiclassNms(boxes: Float32Array, scores: ScoreTable, settings: NmsSettings): KeptBox[] {
  const kept: KeptBox[] = [];
  for (let label = 0; label < scores.classes; label++) {
    if (label === settings.backgroundLabel) continue;
    for (const index of suppress(boxes, candidates(scores, label, settings), settings)) {
      const score = scores.data[label * scores.classStep + index * scores.boxStep]!;
      kept.push({ label, score, index });
    }
  }
  const { keepTopK } = settings;
  if (keepTopK < 0 || kept.length <= keepTopK) return kept;
  return kept
    .sort((a, b) => b.score - a.score)
    .slice(0, keepTopK)
    .sort((a, b) => a.label - b.label);
}
