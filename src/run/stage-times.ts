import type { StageSummaries, StageSummary, StageTimes } from '../contracts/results.js';
import { STAGES } from '../contracts/stages.js';

/** Percentiles are exact up to this many pictures; beyond, they are computed from a random sample of this size. */
const SAMPLE_SIZE = 8192;

/** Summarises stage times in bounded memory. */
export class StageStatistics {
  readonly #samples = {
    decode: new Sample(),
    preprocess: new Sample(),
    inference: new Sample(),
    postprocess: new Sample(),
    artifacts: new Sample(),
  } satisfies Record<keyof StageTimes, Sample>;

  add(ms: StageTimes): void {
    for (const stage of STAGES) {
      const value = ms[stage];
      if (value !== undefined) this.#samples[stage].add(value);
    }
  }

  /** Mean and percentiles of each stage; zeros before the first picture. */
  summary(): StageSummaries {
    const { decode, preprocess, inference, postprocess, artifacts } = this.#samples;
    return {
      decode: decode.summary(),
      preprocess: preprocess.summary(),
      inference: inference.summary(),
      postprocess: postprocess.summary(),
      ...(artifacts.count > 0 && { artifacts: artifacts.summary() }),
    };
  }
}

/** Reservoir sampling (Vitter, "Random sampling with a reservoir", 1985, algorithm R). */
class Sample {
  readonly #values: number[] = [];
  #sum = 0;
  /** Number of values added. */
  count = 0;

  add(value: number): void {
    this.count++;
    this.#sum += value;
    if (this.#values.length < SAMPLE_SIZE) {
      this.#values.push(value);
      return;
    }
    const place = Math.floor(Math.random() * this.count);
    if (place < SAMPLE_SIZE) this.#values[place] = value;
  }

  summary(): StageSummary {
    const sorted = Float64Array.from(this.#values).sort();
    return {
      mean: this.count === 0 ? 0 : this.#sum / this.count,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
    };
  }
}

/** The nearest-rank percentile: the smallest value that at least `share` of all do not exceed. */
function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
