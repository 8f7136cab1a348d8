import { BACKEND_NAMES, PRECISIONS, type BackendName, type Precision } from '../../contracts/compute.js';
import { MODES, type Mode } from '../../contracts/results.js';
import type { FlagTable } from './flag.js';
import { OPENVINO_PLACE, RUN_FLAGS } from './run.js';
import { byteSize, deviceName, listOf, oneOf, positiveNumber, text, wholeNumber } from './values.js';

export const BENCH_FORMATS = ['text', 'md', 'json'] as const;
export type BenchFormat = (typeof BENCH_FORMATS)[number];

/** For the commands about prepared models; a run takes `$FDEPLOY_CACHE_LIMIT`. */
export const CACHE_LIMIT = {
  flags: '--cache-limit <size>',
  group: 'Cache',
  help: 'disk space for prepared models, such as 500MB; the least recently used are removed',
  fallback: '$FDEPLOY_CACHE_LIMIT, else 8GiB',
  read: byteSize,
};

/** Options of a bench. */
export interface BenchUserOptions {
  model?: string;
  modelConfig?: string;
  modelFile?: string;
  /** Files, folders and patterns, separated by commas. */
  images?: string[];
  modes?: Mode[];
  workers?: number[];
  threadsPerWorker?: number;
  backends?: BackendName[];
  openvino?: string;
  precisions?: Precision[];
  devices?: string[];
  /** Seconds that each case predicts. */
  seconds?: number;
  format?: BenchFormat;
  cacheLimit?: number;
}

const CASES = 'Measurement';
const { model, modelConfig, modelFile, threadsPerWorker } = RUN_FLAGS;

/** Every option of `fdeploy bench`. */
export const BENCH_FLAGS = {
  model,
  modelConfig,
  modelFile,
  images: {
    flags: '--images <list>',
    group: CASES,
    help: 'files, folders and quoted patterns, separated by commas',
    fallback: 'a built-in picture',
    read: listOf(text('a list of files, folders and patterns')),
  },
  modes: {
    flags: '--modes <list>',
    group: CASES,
    help: 'modes to measure, separated by commas',
    fallback: MODES.join(','),
    read: listOf(oneOf(MODES)),
  },
  workers: {
    flags: '--workers <list>',
    group: CASES,
    help: 'numbers of clones to measure, separated by commas',
    fallback: '1,2,3',
    read: listOf(wholeNumber(1, 1024)),
  },
  threadsPerWorker,
  backends: {
    flags: '--backends <list>',
    group: CASES,
    help: `backends to measure, separated by commas: ${BACKEND_NAMES.join(', ')}`,
    fallback: 'onnxruntime',
    read: listOf(oneOf(BACKEND_NAMES)),
  },
  openvino: { ...OPENVINO_PLACE, group: CASES },
  precisions: {
    flags: '--precisions <list>',
    group: CASES,
    help: `precisions to measure with each backend that has them, separated by commas: ${PRECISIONS.join(', ')}`,
    fallback: 'auto',
    read: listOf(oneOf(PRECISIONS)),
  },
  devices: {
    flags: '--devices <list>',
    group: CASES,
    help: 'devices to measure, separated by commas: cpu, webgpu, cuda, cuda:1 and so on',
    fallback: 'cpu',
    read: listOf(deviceName),
  },
  seconds: {
    flags: '--seconds <s>',
    group: CASES,
    help: 'how long to measure each case; every clone predicts at least once',
    fallback: '5',
    read: positiveNumber('seconds'),
  },
  format: {
    flags: '-f, --format <format>',
    group: 'Output',
    help: 'text, md (Markdown) or json, on stdout',
    fallback: 'text',
    read: oneOf(BENCH_FORMATS),
  },
  cacheLimit: CACHE_LIMIT,
} as const satisfies FlagTable<BenchUserOptions>;
