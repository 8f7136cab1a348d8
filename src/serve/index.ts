/** A worker of a queue: takes jobs of other machines' runs and answers them. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Job as QueueJob } from 'bullmq';
import type { PathMapping } from '../config/flags/queue.js';
import type { FdeployError } from '../contracts/errors.js';
import type { Notify } from '../contracts/spec.js';
import {
  jobReader,
  Link,
  QUEUE_NAME,
  runKey,
  shownAddress,
  workerName,
  type Capacity,
  type JobData,
  type JobProgress,
  type QueuePackages,
} from '../dispatch/queue/index.js';
import { defaultClones } from '../config/flags/fill.js';
import { usableCpus } from '../machine/cpus.js';
import type { AddressRule } from '../sources/address-rule.js';
import { RemoteFiles } from '../sources/remote/remote-files.js';
import { Answers } from './answers.js';
import { Guard, seesNone } from './guard.js';
import { refusalOf, Shelf, type CloneOptions } from './shelf.js';
import { Turns } from './turns.js';

/** A job is another worker's when its lock was not renewed for this long. The main thread renews it at half of that. */
const LOCK_MS = 10_000;
const RUN_CHECK_MS = 1_000;
/** A worker that cannot do a job waits for this long before it takes the next, so that others get it. */
const REFUSED_PAUSE_MS = 500;

export interface ServeOptions extends CloneOptions {
  url: string;
  timeoutMs: number;
  roots: readonly string[];
  maps: readonly PathMapping[];
  /** From where pictures are fetched. */
  rule: AddressRule;
  packages: QueuePackages;
  notify: Notify;
  /** Aborted: what is in work is finished, the rest handed back. */
  signal: AbortSignal;
  lockMs?: number | undefined;
}

/**
 * Takes jobs until the signal is aborted.
 * @throws FdeployError QUEUE_UNAVAILABLE, BAD_OPTION if Redis refuses the connection
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { packages, notify, signal, url, lockMs = LOCK_MS } = options;
  const guard = await Guard.of(options.roots, options.maps, options.rule);
  const capacity = capacityOf(options);
  const name = workerName(capacity, randomBytes(4).toString('hex'), hostname());
  let fail: (error: FdeployError) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (fail = reject));
  lost.catch(() => undefined);
  const link = new Link(packages, {
    url,
    timeoutMs: options.timeoutMs,
    notify,
    onLost: (error) => {
      fail(error);
    },
  });
  const remote = new RemoteFiles({ rule: options.rule });
  const shelf = new Shelf(options, remote, notify);
  const server = new Server(link, guard, shelf, name, jobReader(packages), options);
  const worker = new packages.bullmq.Worker(QUEUE_NAME, (job: QueueJob) => server.answer(job), {
    connection: link.redis,
    name,
    concurrency: ('cpus' in capacity ? capacity.cpus : capacity.clones) + 1,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: 1_000_000, // the coordinator counts
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  worker.on('error', () => undefined); // the link reports a lost connection
  link.redis.once('ready', () => {
    notify(`${name} takes jobs of ${shownAddress(url)}`);
  });
  const over = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
  try {
    await Promise.race([over, lost]);
    server.leave();
    const closing = worker.close();
    await shelf.close();
    await Promise.race([closing, lost]);
  } catch (error) {
    server.leave();
    await shelf.close();
    void worker.close(true).catch(() => undefined);
    throw error;
  } finally {
    server.end();
    remote.close();
    link.close();
  }
}

/** Answers the jobs of the queue. */
class Server {
  readonly #turns = new Turns();
  /** Runs with a job here. */
  readonly #runs = new Map<string, { jobs: number; stop: AbortController }>();
  readonly #said = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #leaving = false;

  constructor(
    private readonly link: Link,
    private readonly guard: Guard,
    private readonly shelf: Shelf,
    private readonly name: string,
    private readonly read: (data: unknown) => JobData | undefined,
    private readonly options: ServeOptions,
  ) {
    this.#timer = setInterval(() => void this.#stopEndedRuns().catch(() => undefined), RUN_CHECK_MS);
  }

  /** Takes no more pictures. */
  leave(): void {
    this.#leaving = true;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Predicts a job's pictures and sends the answers. Never throws for what the job holds. */
  async answer(queued: QueueJob): Promise<void> {
    const { redis } = this.link;
    const job = this.read(queued.data);
    if (!job) {
      this.#say('a job was refused: it is not one of this version of fdeploy');
      return;
    }
    if ((await redis.exists(runKey(job.run))) === 0) return; // nobody wants the answers
    const answers = new Answers(redis, job.run, queued.id ?? '', this.name, job.pictures.length);
    if (queued.stalledCounter > 0) {
      const { hand } = queued.progress as Partial<JobProgress>;
      await answers.end('lost', typeof hand === 'number' ? { hand } : {});
      return;
    }
    const run = this.#runs.get(job.run) ?? { jobs: 0, stop: new AbortController() };
    this.#runs.set(job.run, run);
    run.jobs++;
    try {
      await this.#predict(queued, job, answers, run.stop.signal);
    } finally {
      if (--run.jobs === 0) this.#runs.delete(job.run);
    }
  }

  async #predict(queued: QueueJob, job: JobData, answers: Answers, stop: AbortSignal): Promise<void> {
    try {
      const pictures = await this.guard.pictures(job.pictures);
      const spec = await this.guard.model(job.model.spec);
      if (!job.maybeMissing && (await seesNone(pictures))) {
        const locator = pictures[0]?.source.locator;
        const file = locator?.kind === 'file' ? locator.path : '';
        const sentence = `sees none of a job's files, such as ${file}: share the folder, or rewrite the path with --map`;
        this.#say(`this worker ${sentence}`);
        await pause();
        await answers.end('unseen', { sentence });
        return;
      }
      const clones = await this.shelf.take(job, spec);
      await this.#turns.run(job.alone, async () => {
        if (this.#leaving || stop.aborted) return;
        await queued.updateProgress({ hand: job.alone ? 1 : clones.hand } satisfies JobProgress);
        await clones.predict(
          pictures,
          ({ job: { index }, outcome, attempts }) => {
            answers.add({ index, outcome, attempts });
          },
          stop,
        );
      });
      await answers.end('done');
    } catch (error) {
      const sentence = refusalOf(error);
      if (this.#leaving) await answers.end('returned');
      else {
        this.#say(`a job was refused: ${sentence ?? String(error)}`);
        await pause();
        await answers.end('refused', { sentence: sentence ?? String(error) });
      }
    }
  }

  /** Stops the work for runs whose coordinator is gone. */
  async #stopEndedRuns(): Promise<void> {
    if (!this.link.isReady) return;
    for (const [run, { stop }] of this.#runs) {
      if ((await this.link.redis.exists(runKey(run))) === 0) stop.abort();
    }
  }

  #say(sentence: string): void {
    if (this.#said.has(sentence)) return;
    if (this.#said.size >= 1000) this.#said.clear();
    this.#said.add(sentence);
    this.options.notify(sentence);
  }
}

/** How much this worker predicts at a time, as far as it decides that itself. */
function capacityOf({ workers, threadsPerWorker, device }: CloneOptions): Capacity {
  if (workers !== undefined) return { clones: workers };
  if (threadsPerWorker === undefined && device === undefined) return { cpus: usableCpus() };
  return { clones: defaultClones(threadsPerWorker ?? 1, device) };
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, REFUSED_PAUSE_MS));
}
