import { FdeployError } from '../../contracts/errors.js';
import type { TensorType } from '../../contracts/tensor.js';

/** An output of a graph, declared (a free dimension is -1) or as it came. */
export interface OutputShape {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
}

/** A level of PicoDet's raw heads: the names of its scores `[B, cells, classes]` and distances `[B, cells, 4 * bins]`. */
export interface HeadLevel {
  readonly scores: string;
  readonly distances: string;
}

/** What a detection graph gives, with the names of its outputs. */
export type OutputForm =
  /** `[N, 6]` class, score, box; `count` holds the rows of each picture, `masks` a mask for each row. */
  | { kind: 'rows'; rows: string; count?: string; masks?: string }
  /** Boxes `[B, L, 4]` and scores `[B, C, L]`, or `[B, L, C]`, before suppression. */
  | { kind: 'candidates'; boxes: string; scores: string; boxFirst: boolean }
  /** `[B, L, 4 + C]`: boxes and scores in one, before suppression. */
  | { kind: 'joined'; joined: string }
  | { kind: 'heads'; levels: HeadLevel[] }
  /** SOLOv2: masks `[N, H, W]`, classes and scores `[N]`. */
  | { kind: 'instances'; masks: string; labels: string; scores: string; count: string };

const INTEGERS: readonly TensorType[] = [
  'int32',
  'int64',
  'uint8',
  'int8',
  'bool',
  'uint32',
  'int16',
  'uint16',
];

const isInteger = ({ type }: OutputShape) => INTEGERS.includes(type);
/** Whether two dimensions are or may be the same. */
const agree = (a: number | undefined, b: number | undefined) => a === b || a === -1 || b === -1;
const rank = (wanted: number) => (output: OutputShape) => output.dims.length === wanted;
const last = ({ dims }: OutputShape) => dims.at(-1);

/**
 * Finds out from names, types and shapes alone what a graph's outputs are.
 * @param classes number of labels, 0 where there are none: it settles what the shapes leave open
 * @returns undefined if nothing fits
 */
export function outputForm(outputs: readonly OutputShape[], classes: number): OutputForm | undefined {
  const floats = outputs.filter((output) => !isInteger(output));
  const integers = outputs.filter(isInteger);
  return (
    instances(floats, integers) ??
    rows(floats, integers, classes) ??
    candidates(floats) ??
    heads(floats, classes) ??
    joined(floats)
  );
}

function instances(floats: readonly OutputShape[], integers: readonly OutputShape[]): OutputForm | undefined {
  const masks = integers.find(rank(3));
  const scores = floats.find(rank(1));
  const flat = integers.filter(rank(1));
  if (!masks || !scores || flat.length !== 2 || floats.length !== 1) return undefined;
  // the count comes before the classes; where the types differ the classes are the int64 ones
  const [first, second] = flat as [OutputShape, OutputShape];
  const swapped = first.type === 'int64' && second.type !== 'int64';
  const [count, labels] = swapped ? [second, first] : [first, second];
  return {
    kind: 'instances',
    masks: masks.name,
    labels: labels.name,
    scores: scores.name,
    count: count.name,
  };
}

function rows(
  floats: readonly OutputShape[],
  integers: readonly OutputShape[],
  classes: number,
): OutputForm | undefined {
  const table =
    floats.find((output) => rank(2)(output) && last(output) === 6) ??
    // fixed-size exports give [B, N, 6]; with two classes and no count that is boxes and scores in one
    floats.find((output) => rank(3)(output) && last(output) === 6 && (integers.length > 0 || classes !== 2));
  if (!table || floats.some((output) => output !== table && last(output) === 4)) return undefined;
  const count = integers.find(({ dims }) => dims.length < 2 || (dims.length === 2 && dims[1] === 1));
  const masks = [...integers, ...floats].find((output) => output !== table && rank(3)(output));
  return {
    kind: 'rows',
    rows: table.name,
    ...(count && { count: count.name }),
    ...(masks && { masks: masks.name }),
  };
}

function candidates(floats: readonly OutputShape[]): OutputForm | undefined {
  const [a, b] = floats;
  if (floats.length !== 2 || !a || !b || a.dims.length !== 3 || b.dims.length !== 3) return undefined;
  for (const boxFirst of [false, true]) {
    for (const [boxes, scores] of [
      [a, b],
      [b, a],
    ] as const) {
      if (last(boxes) !== 4 || !agree(boxes.dims[1], scores.dims[boxFirst ? 1 : 2])) continue;
      return { kind: 'candidates', boxes: boxes.name, scores: scores.name, boxFirst };
    }
  }
  return undefined;
}

/** Pairs of outputs with equal numbers of cells; of a pair the distances are those whose width all levels share. */
function heads(floats: readonly OutputShape[], classes: number): OutputForm | undefined {
  if (floats.length < 2 || floats.length % 2 !== 0 || !floats.every(rank(3))) return undefined;
  const half = floats.length / 2;
  const widths = [...new Set(floats.map(last))];
  const [one, two] = widths;
  // scores come first; both parts may be equally wide
  const scoreWidth = widths.length === 1 ? one : scoreWidthOf(last(floats[0]!)!, one!, two, classes);
  if (widths.length > 2 || scoreWidth === undefined) return undefined;
  const isScore = (output: OutputShape, at: number) =>
    widths.length === 1 ? at < half : last(output) === scoreWidth;
  const scores = floats.filter(isScore);
  const distances = floats.filter((output, at) => !isScore(output, at));
  if (scores.length !== half || distances.some((output) => last(output)! % 4 !== 0 || last(output)! < 8)) {
    return undefined;
  }
  const levels: HeadLevel[] = [];
  const free = [...distances];
  for (const score of scores) {
    const at = free.findIndex(({ dims }) => agree(dims[1], score.dims[1]));
    if (at < 0) return undefined;
    levels.push({ scores: score.name, distances: free.splice(at, 1)[0]!.name });
  }
  return { kind: 'heads', levels };
}

/** Which of two widths is that of the scores: the number of labels, else the one that four edges cannot share, else the first output's. */
function scoreWidthOf(
  first: number,
  one: number,
  two: number | undefined,
  classes: number,
): number | undefined {
  const widths = [one, two ?? one];
  const edges = widths.filter((width) => width % 4 === 0 && width >= 8);
  if (edges.length === 1) return widths.find((width) => width !== edges[0]);
  return widths.includes(classes) ? classes : first;
}

function joined(floats: readonly OutputShape[]): OutputForm | undefined {
  const [only] = floats;
  if (floats.length !== 1 || only?.dims.length !== 3 || last(only)! < 5) return undefined;
  return { kind: 'joined', joined: only.name };
}

/** PP-YOLOE-R: four corners a box, either as candidates `[B, L, 8]` with scores `[B, C, L]` or as rows `[N, 10]`. */
function isRotated(outputs: readonly OutputShape[]): boolean {
  const floats = outputs.filter((output) => !isInteger(output));
  if (floats.some((output) => rank(2)(output) && last(output) === 10)) return true;
  const corners = floats.find((output) => rank(3)(output) && last(output) === 8);
  return floats.some(
    (output) =>
      corners !== undefined &&
      output !== corners &&
      rank(3)(output) &&
      last(output) === corners.dims[1] &&
      output.dims[1] !== corners.dims[1],
  );
}

/**
 * The form of a graph's outputs.
 * @param outputs as they are declared, or as they came
 * @returns undefined if they are declared without the sizes that would tell
 * @throws FdeployError MODEL_UNSUPPORTED naming the outputs, the architecture and the reason
 */
export function requireOutputForm(
  outputs: readonly OutputShape[],
  classes: number,
  source: string,
  arch: string,
): OutputForm | undefined {
  const rotated = isRotated(outputs);
  const form = rotated ? undefined : outputForm(outputs, classes);
  if (form || (!rotated && outputs.some((output) => (last(output) ?? -1) === -1))) return form;
  const reason = rotated
    ? 'it gives rotated boxes, which a result record cannot hold'
    : 'its outputs are not those of an object detector';
  const found = outputs.map(({ name, type, dims }) => `${name} ${type} [${dims.join(', ')}]`).join('; ');
  const message = `${source}${arch && ` (arch ${arch})`} is not supported: ${reason} (${found})`;
  const expected = 'rows [N, 6], boxes with scores, PicoDet heads or SOLOv2 masks';
  throw new FdeployError('MODEL_UNSUPPORTED', message, { file: source, expected, found });
}
