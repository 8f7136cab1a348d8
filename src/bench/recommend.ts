import type { BenchFigures } from './case.js';
import { computeOptions, computeText, differ } from './compute-text.js';

/** Settings slower than the fastest by at most this factor count as equally fast; then memory decides. */
const AS_FAST = 0.97;

/** If other programs use this many CPUs, the figures are not reliable. */
const BUSY_CPUS = 0.25;

export interface Recommendation {
  mode: BenchFigures['mode'];
  workers: number;
  /** The options of predict that choose the computation; absent if they are the defaults. */
  compute?: string;
  why: string;
}

/** The best setting on this machine; undefined if nothing was predicted. */
export function recommend(figures: readonly BenchFigures[]): Recommendation | undefined {
  const shared = figures.filter(({ shared, imagesPerSecond }) => shared && imagesPerSecond > 0);
  const [fastest] = [...shared].sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  if (!fastest) return undefined;
  const fast = shared.filter(({ imagesPerSecond }) => imagesPerSecond >= AS_FAST * fastest.imagesPerSecond);
  const best = fast.sort((a, b) => a.memory.predicted - b.memory.predicted)[0]!;
  const compute = computeOptions(best).join(' ');
  return {
    ...{ mode: best.mode, workers: best.workers },
    ...(compute !== '' && { compute }),
    why: reason(best, fastest, figures),
  };
}

/** A warning if other programs used the CPUs during the measurement. */
export function busyWarning(figures: readonly BenchFigures[]): string | undefined {
  const taken = figures.map(({ takenCpus = 0 }) => takenCpus).filter((cpus) => cpus >= BUSY_CPUS);
  if (taken.length === 0) return undefined;
  const cases = `${taken.length} of ${figures.length} cases`;
  return `other programs kept up to ${Math.max(...taken).toFixed(2)} CPUs busy during ${cases}: the figures are too low and hardly comparable; measure again on an idle machine`;
}

function reason(best: BenchFigures, fastest: BenchFigures, figures: readonly BenchFigures[]): string {
  const { mode, workers, memory } = best;
  const fastestOwn = figures
    .filter((one) => !one.shared)
    .reduce((most, { imagesPerSecond }) => Math.max(most, imagesPerSecond), 0);
  const isBeaten = AS_FAST * fastestOwn > fastest.imagesPerSecond;
  const rate = `${best.imagesPerSecond.toFixed(1)} pictures/s in ${memory.predicted.toFixed(0)} MiB`;
  const among = isBeaten ? 'the fastest with shared weights' : 'the fastest';
  const parts = [
    best === fastest
      ? `${rate}, ${among}`
      : `${rate}: within 3 % of ${among} (${differ([best, fastest]) ? `${computeText(fastest)}, ` : ''}${fastest.mode}, ${fastest.workers} workers) with less memory`,
  ];
  const own = figures.find(
    (other) => !other.shared && other.mode === mode && other.workers === workers && !differ([other, best]),
  );
  if (own && workers > 1) {
    parts.push(`with weights of their own the clones would take ${own.memory.predicted.toFixed(0)} MiB`);
  }
  parts.push(...others(best, figures));
  if (isBeaten) {
    parts.push(
      `${fastestOwn.toFixed(1)} pictures/s were reached with weights of their own, which are measured to compare and cannot be chosen`,
    );
  }
  return parts.join('; ');
}

/** What each other computation reached. */
function others(best: BenchFigures, figures: readonly BenchFigures[]): string[] {
  const most = new Map<string, number>();
  for (const one of figures) {
    if (!one.shared || !differ([one, best])) continue;
    const name = computeText(one);
    most.set(name, Math.max(most.get(name) ?? 0, one.imagesPerSecond));
  }
  return [...most].map(([name, rate]) => `${name} reached ${rate.toFixed(1)} pictures/s`);
}
