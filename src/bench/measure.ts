import type { JobOutcome } from '../contracts/protocol.js';
import type { Source } from '../contracts/source.js';
import { runMemory } from '../machine/memory.js';
import type { BenchFigures, MeasureJob } from './case.js';
import { CloneWorker } from './clone-worker.js';
import { cpuSeconds, machineSeconds, takenCpus } from './cpu-time.js';

/**
 * Measures one case in this process: opens the clones one after the other, predicts once with each (first runs allocate
 * memory and read the weights from disk), then predicts with all in parallel for the given time.
 */
export async function measure(job: MeasureJob): Promise<BenchFigures> {
  const { mode, workers, shared, backend, device, precision, seconds } = job;
  const clones = Array.from({ length: workers }, () => new CloneWorker(mode));
  const loads: number[] = [];
  for (const clone of clones) loads.push(await clone.open(job));
  const opened = memoryOf(clones);

  const source = endlessly(job.sources);
  await Promise.all(clones.map((clone) => clone.predict(atMost(1, source), () => undefined)));

  const tally = new Tally();
  const pids = pidsOf(clones);
  const cpuBefore = cpuSeconds(pids);
  const machineBefore = machineSeconds();
  const start = performance.now();
  const next = (): Source | undefined =>
    performance.now() - start < seconds * 1000 || tally.count < workers ? source() : undefined;
  await Promise.all(clones.map((clone) => clone.predict(next, tally.add)));
  const elapsed = (performance.now() - start) / 1000;
  const cpuAfter = cpuSeconds(pids);
  const machineBusy = (machineSeconds() - machineBefore) / elapsed;
  const predicted = memoryOf(clones);
  for (const clone of clones) clone.end();

  const [first = NaN, ...further] = loads;
  return {
    mode,
    workers,
    shared,
    ...{ backend, device, precision },
    memory: { opened: opened.mib, predicted: predicted.mib, kind: predicted.kind },
    load: { first, ...(further.length > 0 && { next: mean(further) }) },
    imagesPerSecond: tally.predicted / elapsed,
    latency: tally.latency,
    ...(cpuBefore !== undefined &&
      cpuAfter !== undefined &&
      busy((cpuAfter - cpuBefore) / elapsed, machineBusy)),
    failed: tally.failed,
  };
}

function busy(own: number, machine: number): Pick<BenchFigures, 'busyCpus' | 'takenCpus'> {
  return { busyCpus: own, takenCpus: takenCpus(machine, own) };
}

/** Counts of the pictures of a case. */
class Tally {
  failed = 0;
  readonly #milliseconds: number[] = [];

  readonly add = (outcome: JobOutcome): void => {
    if (outcome.status === 'error') this.failed++;
    else {
      const { decode, preprocess, inference, postprocess } = outcome.ms;
      this.#milliseconds.push(decode + preprocess + inference + postprocess);
    }
  };

  get predicted(): number {
    return this.#milliseconds.length;
  }

  get count(): number {
    return this.predicted + this.failed;
  }

  get latency(): BenchFigures['latency'] {
    const sorted = this.#milliseconds.sort((a, b) => a - b);
    const quantile = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? NaN;
    return { p50: quantile(0.5), p95: quantile(0.95) };
  }
}

function endlessly(sources: readonly Source[]): () => Source {
  let at = 0;
  return () => sources[at++ % sources.length]!;
}

function atMost(count: number, next: () => Source): () => Source | undefined {
  let left = count;
  return () => (left-- > 0 ? next() : undefined);
}

function pidsOf(clones: readonly CloneWorker[]): number[] {
  return clones.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
}

function memoryOf(clones: readonly CloneWorker[]): { mib: number; kind: 'PSS' | 'RSS' } {
  const memory = runMemory(pidsOf(clones).map((pid) => ({ pid, rss: 0 })));
  return 'pssMiB' in memory ? { mib: memory.pssMiB, kind: 'PSS' } : { mib: memory.rssMiB, kind: 'RSS' };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
