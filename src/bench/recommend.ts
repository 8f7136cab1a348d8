import type { BenchFigures } from './case.js';

/** Settings slower than the fastest by at most this factor count as equally fast; then memory decides. */
const AS_FAST = 0.97;

/** If other programs use this many CPUs, the figures are not reliable. */
const BUSY_CPUS = 0.25;

export interface Recommendation {
  mode: BenchFigures['mode'];
  workers: number;
  why: string;
}

/** The best setting on this machine; undefined if nothing was predicted. */
export function recommend(figures: readonly BenchFigures[]): Recommendation | undefined {
  const shared = figures.filter(({ shared, imagesPerSecond }) => shared && imagesPerSecond > 0);
  const [fastest] = [...shared].sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  if (!fastest) return undefined;
  const fast = shared.filter(({ imagesPerSecond }) => imagesPerSecond >= AS_FAST * fastest.imagesPerSecond);
  const best = fast.sort((a, b) => a.memory.predicted - b.memory.predicted)[0]!;
  return { mode: best.mode, workers: best.workers, why: reason(best, fastest, figures) };
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
      : `${rate}: within 3 % of ${among} (${fastest.mode}, ${fastest.workers} workers) with less memory`,
  ];
  const own = figures.find((other) => !other.shared && other.mode === mode && other.workers === workers);
  if (own && workers > 1) {
    parts.push(`with weights of their own the clones would take ${own.memory.predicted.toFixed(0)} MiB`);
  }
  if (isBeaten) {
    parts.push(
      `${fastestOwn.toFixed(1)} pictures/s were reached with weights of their own, which are measured to compare and cannot be chosen`,
    );
  }
  return parts.join('; ');
}
