import { distance } from 'fastest-levenshtein';
import type {
  ClassificationResult,
  DetectedObject,
  DetectionResult,
  LabelRuns,
  OcrResult,
  SegmentationResult,
  Task,
  TaskResult,
} from '../contracts/results.js';

/** How far two results of a picture agree: a share from 0 to 1 of `weight` things. */
export interface Agreement {
  readonly agreed: number;
  readonly weight: number;
  /** Sum of the score differences of things that agree. */
  readonly scoreDifference: number;
}

/** What is compared for each task. */
export const MEASURES: Readonly<Record<Task, string>> = {
  classification: 'pictures with the same best class',
  detection: 'objects matched at IoU 0.5',
  segmentation: 'mean IoU of the labels',
  ocr: 'characters read alike',
};

const MIN_IOU = 0.5;

/** Compares the results of a picture: float32 first. */
export function agreementOf(task: Task, float: TaskResult, int8: TaskResult): Agreement {
  switch (task) {
    case 'classification':
      return ofClasses(float as ClassificationResult, int8 as ClassificationResult);
    case 'detection':
      return ofObjects((float as DetectionResult).objects, (int8 as DetectionResult).objects);
    case 'segmentation':
      return ofMasks(float as SegmentationResult, int8 as SegmentationResult);
    case 'ocr':
      return ofText(float as OcrResult, int8 as OcrResult);
  }
}

function ofClasses(
  { classes: [wanted] }: ClassificationResult,
  { classes: [found] }: ClassificationResult,
): Agreement {
  const same = wanted?.id === found?.id;
  const difference = same ? Math.abs((wanted?.score ?? 0) - (found?.score ?? 0)) : 0;
  return { agreed: same ? 1 : 0, weight: 1, scoreDifference: difference };
}

/** Best scores first; each object is matched once. Objects of both sides that have no partner count against. */
function ofObjects(wanted: readonly DetectedObject[], found: readonly DetectedObject[]): Agreement {
  const free = new Set(found);
  let [matched, difference] = [0, 0];
  for (const object of wanted) {
    const partners = [...free].filter(({ id, box }) => id === object.id && iou(box, object.box) >= MIN_IOU);
    const [best] = partners.sort((a, b) => iou(b.box, object.box) - iou(a.box, object.box));
    if (!best) continue;
    free.delete(best);
    matched++;
    difference += Math.abs(best.score - object.score);
  }
  const weight = (wanted.length + found.length) / 2;
  return { agreed: matched, weight, scoreDifference: difference };
}

type Box = DetectedObject['box'];

function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const common = Math.max(0, width) * Math.max(0, height);
  const area = ([x0, y0, x1, y1]: Box): number => (x1 - x0) * (y1 - y0);
  const all = area(a) + area(b) - common;
  return all > 0 ? common / all : 0;
}

function ofMasks(float: SegmentationResult, int8: SegmentationResult): Agreement {
  const [wanted, found] = [labelsOf(float), labelsOf(int8)];
  const common = new Map<number, number>();
  const counts = new Map<number, number>();
  const add = (map: Map<number, number>, id: number): void => {
    map.set(id, (map.get(id) ?? 0) + 1);
  };
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [wanted[i]!, found[i]!];
    add(counts, a);
    if (a === b) add(common, a);
    else add(counts, b);
  }
  const shares = [...counts].map(([id, union]) => (common.get(id) ?? 0) / union);
  const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  return { agreed: mean, weight: 1, scoreDifference: 0 };
}

function labelsOf({ mask }: SegmentationResult): Int32Array {
  const { width, height, runs } = mask as LabelRuns;
  const labels = new Int32Array(width * height);
  let at = 0;
  for (const [id, length] of runs) {
    labels.fill(id, at, at + length);
    at += length;
  }
  return labels;
}

function ofText({ text: wanted = '' }: OcrResult, { text: found = '' }: OcrResult): Agreement {
  const [a, b] = [Array.from(wanted), Array.from(found)];
  const weight = Math.max(a.length, b.length);
  return { agreed: weight - editDistance(a, b), weight, scoreDifference: 0 };
}

/** Levenshtein's distance of two lists of characters, of at most 65,536 different ones. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  // The library compares UTF-16 units: each character becomes one of them.
  const units = new Map(
    [...new Set([...a, ...b])].map((character, i) => [character, String.fromCharCode(i)]),
  );
  const coded = (characters: readonly string[]): string =>
    characters.map((character) => units.get(character)).join('');
  return distance(coded(a), coded(b));
}
