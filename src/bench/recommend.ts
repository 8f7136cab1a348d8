import type { BenchFigures } from './case.js';

/** Settings this much slower than the fastest count as equally fast; then memory decides. */
const AS_FAST = 0.97;

export interface Recommendation {
  mode: BenchFigures['mode'];
  workers: number;
  why: string;
}

/** The setting that is best on this machine by the figures; undefined where nothing was predicted. */
export function recommend(figures: readonly BenchFigures[]): Recommendation | undefined {
  const shared = figures.filter(({ shared, imagesPerSecond }) => shared && imagesPerSecond > 0);
  const [fastest] = [...shared].sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);
  if (!fastest) return undefined;
  const fast = shared.filter(({ imagesPerSecond }) => imagesPerSecond >= AS_FAST * fastest.imagesPerSecond);
  const best = fast.sort((a, b) => a.memory.predicted - b.memory.predicted)[0]!;
  return { mode: best.mode, workers: best.workers, why: reason(best, fastest, figures) };
}

function reason(best: BenchFigures, fastest: BenchFigures, figures: readonly BenchFigures[]): string {
  const { mode, workers, memory } = best;
  const rate = `${best.imagesPerSecond.toFixed(1)} pictures/s in ${memory.predicted.toFixed(0)} MiB`;
  const first =
    best === fastest
      ? `${rate}, the fastest`
      : `${rate}: within 3 % of the fastest (${fastest.mode}, ${fastest.workers} workers) with less memory`;
  const own = figures.find((other) => !other.shared && other.mode === mode && other.workers === workers);
  if (!own || workers === 1) return first;
  return `${first}; with weights of their own the clones would take ${own.memory.predicted.toFixed(0)} MiB`;
}
