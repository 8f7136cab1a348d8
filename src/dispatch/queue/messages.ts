import type { Compute } from '../../contracts/compute.js';
import type { Job, JobOutcome } from '../../contracts/protocol.js';
import type { Mode } from '../../contracts/results.js';
import type { ModelSpec } from '../../contracts/spec.js';

/** The name of the queue in Redis. BullMQ puts `bull:` in front of its keys. */
export const QUEUE_NAME = 'fdeploy-jobs';

/** Version of the messages. Workers refuse jobs of another one. */
export const MESSAGES_VERSION = 1;

/** How long a run's keys outlive its coordinator's last sign of life, in milliseconds. */
export const RUN_TTL_MS = 60_000;

/** Exists while a run's coordinator lives and wants answers. */
export const runKey = (run: string): string => `fdeploy:run:${run}`;
/** The stream of a run's answers. Its entries have one field, `m`, with an `AnswerMessage` as JSON. */
export const answersKey = (run: string): string => `fdeploy:answers:${run}`;

/** The model of a job: what it is called, and what it must be. */
export interface JobModel {
  spec: ModelSpec;
  /** `modelFingerprint` of the coordinator's model. */
  fingerprint: string;
  /** How the coordinator would compute it, which is a part of the fingerprint. */
  compute: Compute;
}

/** A job of the queue: some pictures of one run. */
export interface JobData {
  version: typeof MESSAGES_VERSION;
  run: string;
  model: JobModel;
  mode: Mode;
  retries: number;
  timeoutMs?: number | undefined;
  /** One picture that may have ended a worker: nothing else is predicted beside it. */
  alone: boolean;
  /** The coordinator does not see these files either: missing ones are answered as such. */
  maybeMissing: boolean;
  pictures: Job[];
}

/** What a worker had begun when it was last heard of; kept as the job's progress. */
export interface JobProgress {
  /** Largest number of pictures in work at a time; they are begun in order. */
  hand: number;
}

/** Why a job ended with pictures unanswered. `lost`: the worker that had it is gone. */
export type EndReason = 'done' | 'returned' | 'lost' | 'refused' | 'unseen';

export interface PictureAnswer {
  index: number;
  outcome: JobOutcome;
  attempts: number;
}

export type AnswerMessage =
  | { type: 'records'; job: string; worker: string; answers: PictureAnswer[] }
  | { type: 'end'; job: string; worker: string; reason: EndReason; sentence?: string; hand?: number };

/** How many clones a worker has; if the run decides how many threads each has, how many CPUs there are for them. */
export type Capacity = { readonly clones: number } | { readonly cpus: number };

/** A worker's name among Redis' clients: `fdeploy.<clones>.<id>@<host>`, or `<cpus>cpu` instead of the clones. */
export function workerName(capacity: Capacity, id: string, host: string): string {
  const said = 'cpus' in capacity ? `${capacity.cpus}cpu` : capacity.clones;
  return `fdeploy.${said}.${id}@${host.replace(/[^\w.-]/g, '-')}`;
}

/** What a worker's name says; undefined if it is none. */
export function readWorkerName(
  name: string,
): { worker: string; capacity: Capacity; host: string } | undefined {
  const [worker, number, unit, host] = /fdeploy\.(\d+)(cpu)?\.\w+@([\w.-]+)$/.exec(name) ?? [];
  if (worker === undefined || host === undefined) return undefined;
  const capacity = unit === undefined ? { clones: Number(number) } : { cpus: Number(number) };
  return { worker, capacity, host };
}
