import Table from 'cli-table3';
import {
  busyWarning,
  computeText,
  markdown,
  memoryTable,
  recommend,
  runBench,
  speedTable,
  withBuiltInPicture,
  type BenchFigures,
  type Recommendation,
  type Table as Cells,
} from '../bench/index.js';
import type { BenchFormat, BenchUserOptions } from '../config/flags/bench.js';
import { DEFAULT_COMPUTE, type BackendName } from '../contracts/compute.js';
import { MODES } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';
import { configureProcess } from '../runtime/index.js';
import { listSources } from '../sources/list-sources.js';
import { fileSource } from '../sources/paths.js';
import { messageLine } from './messages.js';

const DEFAULT_MODEL = 'ppocr-v4';
const DEFAULT_BACKEND: BackendName = 'onnxruntime';
const DEFAULT_WORKERS = [1, 2, 3];
const DEFAULT_SECONDS = 5;

/**
 * `fdeploy bench`: measures the speed and memory of clones on this machine.
 * @returns the exit code
 * @throws FdeployError
 */
export async function bench(given: BenchUserOptions): Promise<number> {
  if (given.cacheLimit !== undefined) process.env.FDEPLOY_CACHE_LIMIT = String(given.cacheLimit);
  configureProcess({ openvino: given.openvino }); // measuring processes inherit it
  if (given.images === undefined) {
    return withBuiltInPicture((picture) => measureAll(given, [fileSource(picture)]));
  }
  const sources: Source[] = [];
  for await (const source of listSources({
    arguments: given.images,
    stdin: process.stdin,
    addresses: 'bench takes files',
  }))
    sources.push(source);
  return measureAll(given, sources);
}

async function measureAll(given: BenchUserOptions, sources: readonly Source[]): Promise<number> {
  const { model = DEFAULT_MODEL, modelConfig, modelFile, threadsPerWorker = 1 } = given;
  const say = (sentence: string): void => {
    process.stderr.write(messageLine(sentence));
  };
  const figures: BenchFigures[] = [];
  const cases = runBench({
    spec: {
      model,
      ...(modelConfig !== undefined && { modelConfig }),
      ...(modelFile !== undefined && { modelFile }),
      threads: threadsPerWorker,
      batchSize: 1,
    },
    sources,
    backends: given.backends ?? [DEFAULT_BACKEND],
    devices: given.devices ?? [DEFAULT_COMPUTE.device],
    precisions: given.precisions ?? ['auto'],
    modes: given.modes ?? MODES,
    workers: given.workers ?? DEFAULT_WORKERS,
    seconds: given.seconds ?? DEFAULT_SECONDS,
    notify: say,
  });
  for await (const one of cases) {
    figures.push(one);
    const weights = one.shared ? 'shared weights' : 'weights of their own';
    say(
      `${computeText(one)}, ${one.mode}, ${one.workers} clone${one.workers === 1 ? '' : 's'}, ${weights}: ${one.imagesPerSecond.toFixed(1)} pictures/s`,
    );
  }
  const warning = busyWarning(figures);
  if (warning !== undefined) say(warning);
  process.stdout.write(render(figures, recommend(figures), given.format ?? 'text'));
  return figures.some(({ failed }) => failed > 0) ? 1 : 0;
}

function render(
  figures: readonly BenchFigures[],
  recommendation: Recommendation | undefined,
  format: BenchFormat,
): string {
  if (format === 'json') return `${JSON.stringify({ figures, recommendation }, undefined, 2)}\n`;
  const draw = format === 'md' ? markdown : drawn;
  const parts = [memoryTable(figures), speedTable(figures)].map(draw);
  return `${[...parts, advice(recommendation)].join('\n\n')}\n`;
}

function advice(recommendation: Recommendation | undefined): string {
  if (!recommendation) return 'Nothing was predicted: no recommendation.';
  const { mode, workers, compute = '', why } = recommendation;
  const options = `--mode ${mode} --workers ${workers} ${compute}`.trimEnd();
  return `Recommended on this machine: ${options} (${why}).`;
}

function drawn({ title, rows: [head = [], ...body] }: Cells): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...body);
  return `${title}\n${table.toString()}`;
}
