import type { ResultRecord, StageSummary, StageTimes } from '../contracts/results.js';
import { STAGES } from '../contracts/stages.js';
import type { PageStats } from './format.js';

const BARS = 60;
const SCORE_STEPS = 20;

function summarize(values: number[]): StageSummary {
  if (values.length === 0) return { mean: 0, p50: 0, p95: 0 };
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length, p50: at(0.5), p95: at(0.95) };
}

/** A round interval in seconds for an axis: 1, 2 or 5 times a power of ten. */
function niceSpan(seconds: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(seconds, 1e-3)));
  return ([1, 2, 5].find((factor) => factor * power >= seconds) ?? 10) * power;
}

/** Collects the statistics of a run from its records. */
export class StatsCollector {
  private ok = 0;
  private failed = 0;
  private readonly at: number[] = [];
  private readonly times: Record<keyof StageTimes, number[]> = {
    decode: [],
    preprocess: [],
    inference: [],
    postprocess: [],
    artifacts: [],
  };
  private readonly scores = new Array<number>(SCORE_STEPS).fill(0);

  add(record: ResultRecord): void {
    if (record.status === 'error') {
      this.failed++;
      return;
    }
    this.ok++;
    this.at.push(record.ms.at);
    for (const stage of STAGES) {
      const ms = record.ms[stage];
      if (ms !== undefined) this.times[stage].push(ms);
    }
    switch (record.task) {
      case 'classification':
        this.countScore(record.result.classes[0]?.score);
        break;
      case 'detection':
        for (const object of record.result.objects) this.countScore(object.score);
        break;
      case 'ocr':
        for (const line of record.result.lines) this.countScore(line.score);
        break;
      case 'segmentation':
        break;
    }
  }

  private countScore(score: number | undefined): void {
    if (score === undefined) return;
    const step = Math.min(SCORE_STEPS - 1, Math.max(0, Math.floor(score * SCORE_STEPS)));
    this.scores[step]!++;
  }

  stats(): PageStats {
    const end = this.at.reduce((latest, at) => Math.max(latest, at), 0) / 1000;
    const barSeconds = niceSpan(end / BARS);
    const throughput = new Array<number>(Math.max(1, Math.ceil(end / barSeconds))).fill(0);
    for (const at of this.at) {
      const bar = Math.min(throughput.length - 1, Math.max(0, Math.floor(at / 1000 / barSeconds)));
      throughput[bar]!++;
    }
    return {
      ok: this.ok,
      failed: this.failed,
      barSeconds,
      throughput,
      stages: {
        decode: summarize(this.times.decode),
        preprocess: summarize(this.times.preprocess),
        inference: summarize(this.times.inference),
        postprocess: summarize(this.times.postprocess),
        ...(this.times.artifacts.length > 0 && { artifacts: summarize(this.times.artifacts) }),
      },
      scores: this.scores,
    };
  }
}
