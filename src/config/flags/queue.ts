import type { BackendName } from '../../contracts/compute.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Mode } from '../../contracts/results.js';
import type { FlagTable } from './flag.js';
import { OPENVINO_PLACE, RUN_FLAGS } from './run.js';
import { positiveNumber, text, type ValueReader } from './values.js';

/** How long Redis or the workers may be away, in seconds. */
export const DEFAULT_QUEUE_TIMEOUT = 600;

const QUEUE = 'Queue';

/** A prefix of paths in jobs, and what it is on the worker's machine. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

export interface WorkerUserOptions {
  queue?: string;
  queueTimeout?: number;
  mode?: Mode;
  workers?: number;
  threadsPerWorker?: number;
  backend?: BackendName;
  openvino?: string;
  device?: string;
  maxWorkerMemory?: number;
  root?: string[];
  allowHost?: string[];
  map?: PathMapping[];
  quiet?: boolean;
}

/** Reads the address of a queue. Messages do not repeat it, since it may hold a password. */
const queueAddress: ValueReader<string> = (address, name) => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isOne =
    url && /^rediss?:$/.test(url.protocol) && url.hostname !== '' && /^\/?\d*$/.test(url.pathname);
  if (isOne) return address;
  const expected = 'an address such as redis://host/0 or rediss://user:password@host:6379/0';
  throw new FdeployError('BAD_OPTION', `${name} must be ${expected}`, { file: name, expected });
};

/** The queue of a command: its option, else `FDEPLOY_QUEUE`. */
export function queueOf(option: string | undefined): string | undefined {
  if (option !== undefined) return option;
  const { FDEPLOY_QUEUE: set } = process.env;
  return set === undefined || set === '' ? undefined : queueAddress(set, 'FDEPLOY_QUEUE');
}

const readRoot = text('the name of a folder');
const readHost = text('the name of a host');

const readMap: ValueReader<PathMapping> = (value, name) => {
  const at = value.indexOf('=');
  if (at > 0 && at < value.length - 1) return { from: value.slice(0, at), to: value.slice(at + 1) };
  const expected = 'from=to, such as /data=/mnt/data';
  throw new FdeployError('BAD_OPTION', `${name} must be ${expected}, not '${value}'`, {
    file: name,
    expected,
    found: value,
  });
};

const { mode, workers, threadsPerWorker, backend, device, maxWorkerMemory } = RUN_FLAGS;

export const QUEUE_FLAGS = {
  queue: {
    flags: '--queue <url>',
    group: QUEUE,
    help: 'hand the pictures to fdeploy workers through Redis or Valkey: redis://host/0',
    fallback: '$FDEPLOY_QUEUE, else predict on this machine',
    perRun: true,
    read: queueAddress,
  },
  queueTimeout: {
    flags: '--queue-timeout <s>',
    group: QUEUE,
    help: 'give up when Redis, or all workers, stay away for longer',
    fallback: `${DEFAULT_QUEUE_TIMEOUT}`,
    read: positiveNumber('seconds'),
  },
} as const satisfies FlagTable<Pick<WorkerUserOptions, 'queue' | 'queueTimeout'>>;

/** The options of `fdeploy worker`. */
export const WORKER_FLAGS = {
  queue: { ...QUEUE_FLAGS.queue, help: 'Redis or Valkey: redis://host/0', fallback: '$FDEPLOY_QUEUE' },
  queueTimeout: { ...QUEUE_FLAGS.queueTimeout, help: 'give up when Redis stays away for longer' },
  mode: { ...mode, fallback: "the run's" },
  workers,
  threadsPerWorker: { ...threadsPerWorker, fallback: "the run's" },
  backend: { ...backend, fallback: "the run's" },
  openvino: OPENVINO_PLACE,
  device: { ...device, fallback: "the run's" },
  maxWorkerMemory,
  root: {
    flags: '--root <dir>',
    group: 'Trust',
    help: 'read pictures and models below this folder only; may be repeated',
    fallback: 'the working folder',
    read: (value, name) => [readRoot(value, name)],
    repeats: true,
  },
  allowHost: {
    flags: '--allow-host <host>',
    group: 'Trust',
    help: 'fetch from this host or bucket only: example.com, *.example.com, 10.0.0.7; may be repeated',
    fallback: 'all hosts, except this machine and link-local addresses',
    read: (value, name) => [readHost(value, name)],
    repeats: true,
  },
  map: {
    flags: '--map <from=to>',
    group: 'Trust',
    help: 'rewrite the beginning of paths in jobs: /data=/mnt/data; may be repeated',
    fallback: 'paths are taken as they are',
    read: (value, name) => [readMap(value, name)],
    repeats: true,
  },
  quiet: { flags: '-q, --quiet', group: 'Progress', help: 'print only errors to stderr' },
} as const satisfies FlagTable<WorkerUserOptions>;
