import { FdeployError } from '../contracts/errors.js';
import type { Calibrated } from './calibrate.js';
import type { Evaluation, Tables } from './evaluate.js';
import type { FloatNetwork } from './networks.js';
import type { NetworkTable } from '../onnx/quantize/index.js';
import type { LayerError } from './rank.js';

/** int8 must be faster than float32 by this factor. */
export const MIN_SPEEDUP = 1.1;
/** Share of the layers that become float in one step, and the most steps. */
const STEP = 0.1;
const MAX_STEPS = 6;

export interface Limits {
  /** The largest drop, 0 to 1. */
  readonly maxDrop: number;
}

/** What was decided for a network. */
export interface Decision {
  /** undefined: it stays float32. */
  readonly table: NetworkTable | undefined;
  /** Of the decision, or of the setting that came closest. */
  readonly evaluation: Evaluation | undefined;
  readonly reason: string;
  readonly errors: readonly LayerError[];
}

export interface Tools {
  evaluate: (tables: Tables) => Promise<Evaluation>;
  rank: (table: NetworkTable) => Promise<LayerError[]>;
  say: (sentence: string) => void;
}

interface Tried {
  readonly table: NetworkTable;
  readonly evaluation: Evaluation;
}

/** Chooses the layers of one network that stay float, with the other networks in float32. */
export async function decide(
  network: FloatNetwork,
  calibrated: Calibrated,
  limits: Limits,
  tools: Tools,
): Promise<Decision> {
  const { part } = network;
  const tried: Tried[] = [];
  const fits = ({ evaluation }: Tried): boolean =>
    evaluation.drop <= limits.maxDrop && evaluation.speedup >= MIN_SPEEDUP;
  const attempt = async (float: Record<string, string>): Promise<Tried> => {
    const table: NetworkTable = {
      ranges: calibrated.ranges,
      float,
      bias: withoutKeys(calibrated.bias, float),
    };
    const evaluation = await tools.evaluate({ [part]: table }).catch(failedSetting);
    tools.say(
      `${part}: ${Object.keys(float).length} layers float: drop ${percent(evaluation.drop)}, ${evaluation.speedup.toFixed(2)} times as fast`,
    );
    const one = { table, evaluation };
    tried.push(one);
    return one;
  };
  for (const float of settings(network)) await attempt(float);
  const best = fastest(tried.filter(fits));
  if (best) return { ...best, reason: 'within the limits', errors: [] };

  const start = [...tried].filter(({ evaluation }) => evaluation.speedup >= MIN_SPEEDUP).sort(byDrop)[0];
  if (!start) return refused(tried, 'not faster than float32 by 10 %', []);
  const errors = await tools.rank(start.table);
  const worst = errors.map(({ layer }) => layer);
  const step = Math.max(1, Math.round(worst.length * STEP));
  for (let count = step; count < worst.length && count <= step * MAX_STEPS; count += step) {
    const added = worst.slice(0, count).map((layer) => [layer, 'largest error of the outputs']);
    const one = await attempt({
      ...start.table.float,
      ...(Object.fromEntries(added) as Record<string, string>),
    });
    if (fits(one)) return { ...one, reason: 'within the limits', errors };
    if (one.evaluation.speedup < MIN_SPEEDUP) break;
  }
  return refused(tried, 'no choice of layers holds the limit and is faster', errors);
}

/** A setting that the backend cannot open or run counts as one without any agreement. */
function failedSetting(error: unknown): Evaluation {
  const isOfTheNetwork =
    error instanceof FdeployError &&
    ['MODEL_INVALID', 'INFERENCE_FAILED', 'RESULT_INVALID'].includes(error.code);
  if (!isOfTheNetwork) throw error;
  return { drop: 1, scoreDifference: 0, ms: {}, speedup: 0 };
}

const byDrop = (a: Tried, b: Tried): number => a.evaluation.drop - b.evaluation.drop;

const fastest = (tried: readonly Tried[]): Tried | undefined =>
  [...tried].sort((a, b) => b.evaluation.speedup - a.evaluation.speedup)[0];

function refused(tried: readonly Tried[], reason: string, errors: readonly LayerError[]): Decision {
  return { table: undefined, evaluation: [...tried].sort(byDrop)[0]?.evaluation, reason, errors };
}

/** Layers that stay float in the settings to try, the boldest first; each setting once. */
function settings({ layers }: FloatNetwork): Record<string, string>[] {
  const weighted = layers.filter(({ weights }) => weights);
  const named = (names: readonly string[], reason: string): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, reason]));
  const depthwise = named(
    weighted.filter(({ weights }) => weights!.groups > 1).map(({ name }) => name),
    'depthwise convolution',
  );
  const products = named(
    weighted.filter(({ node }) => node.opType === 'MatMul').map(({ name }) => name),
    'matrix product',
  );
  const first = named(
    weighted.slice(0, 1).map(({ name }) => name),
    'first layer',
  );
  const all = [{}, depthwise, { ...depthwise, ...products, ...first }];
  return all.filter((one, i) => all.findIndex((other) => sameKeys(one, other)) === i);
}

const sameKeys = (a: object, b: object): boolean =>
  Object.keys(a).sort().join('\n') === Object.keys(b).sort().join('\n');

function withoutKeys<T>(values: Readonly<Record<string, T>>, left: object): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(left, name)));
}

/** A share as text. */
export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
