import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { asFdeployError, serializeError } from '../contracts/errors.js';
import type { Model, ModelHandle, Prediction } from '../contracts/model.js';
import { sizeOf } from '../contracts/picture.js';
import type { Picture } from '../contracts/picture.js';
import { writesFiles } from '../contracts/artifacts.js';
import type { Answer, Job, ToWorker, Work, WorkerSettings } from '../contracts/protocol.js';
import type { TaskResult } from '../contracts/results.js';
import { roundTimes } from '../contracts/stages.js';
import { release } from '../images/release.js';
import { writeArtifacts } from '../artifacts/write-artifacts.js';
import type { ArtifactWriters } from '../artifacts/write-artifacts.js';
import { failure, infer } from './infer.js';
import type { Decoded, Finished, Inferred } from './infer.js';
import { wholePicture } from './job-picture.js';
import type { PictureReading } from './job-picture.js';
import { SideStage } from './side-stage.js';
import { ThreadClock } from './thread-clock.js';
import type { Transport } from './transport.js';

/** Dependencies of the loop, supplied by the entries. */
export interface WorkerParts extends PictureReading {
  open(handle: ModelHandle): Promise<Model>;
  writers: ArtifactWriters;
  /** Resident bytes of this worker's process. */
  rss(): number;
}

const RSS_EVERY_MS = 500;

/** Resolves when all ends of work outside this thread have been delivered. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A worker: opens the model, then answers every job with a result or an error. During an inference, libuv's threads decode
 * the next pictures and write the artifacts of earlier ones. The loop does not know the transport, so threads and processes
 * behave alike.
 */
export class WorkerLoop {
  readonly #transport: Transport;
  readonly #parts: WorkerParts;
  readonly #clock = new ThreadClock();
  readonly #reading = new SideStage(this.#clock, 'one');
  readonly #decodes = new SideStage(this.#clock, 'one');
  readonly #writes = new SideStage(this.#clock, 'several');
  #settings!: WorkerSettings;
  #model: Model | undefined;
  #opening: Promise<void> | undefined;
  #limit!: LimitFunction;
  /** Jobs of this worker that are not decoded yet. */
  #undecoded = 0;
  readonly #decoded: Decoded[] = [];
  readonly #decoding = new Set<number>();
  #predicting: number[] = [];
  #writing: number[] = [];
  #wake: (() => void) | undefined;
  #announcement: Promise<void> | undefined;
  #running = false;
  #stopping = false;
  #rssAt = 0;

  constructor(transport: Transport, parts: WorkerParts) {
    this.#transport = transport;
    this.#parts = parts;
    transport.on(this.#receive);
  }

  readonly #receive = (message: ToWorker): void => {
    switch (message.type) {
      case 'start':
        this.#opening = this.#start(message.settings);
        break;
      case 'predict':
        this.#take(message.jobs);
        break;
      case 'stop':
        this.#stopping = true;
        this.#wake?.();
        if (!this.#running) void this.#stop();
        break;
      default:
        message satisfies never;
    }
  };

  async #start(settings: WorkerSettings): Promise<void> {
    this.#settings = settings;
    this.#limit = pLimit(settings.decodeAhead);
    try {
      this.#model = await this.#parts.open(settings.handle);
    } catch (thrown) {
      await this.#transport.post({ type: 'failed', error: serializeError(thrown) });
      return;
    }
    await this.#transport.post({ type: 'ready' });
  }

  #take(jobs: Job[]): void {
    if (this.#stopping) return;
    this.#undecoded += jobs.length;
    for (const job of jobs) void this.#limit(() => this.#prepare(job));
    if (!this.#running) void this.#run();
  }

  /** Reads and decodes a picture, or answers with an error. */
  async #prepare(job: Job): Promise<void> {
    if (this.#stopping) return;
    this.#decoding.add(job.index);
    await this.#announceSoon();
    try {
      const decoded = await this.#decode(job);
      this.#decoding.delete(job.index);
      this.#decoded.push(decoded);
    } catch (thrown) {
      this.#decoding.delete(job.index);
      await this.#answer([{ index: job.index, outcome: failure(thrown, job) }]);
    }
    this.#undecoded--;
    this.#wake?.();
  }

  async #decode(job: Job): Promise<Decoded> {
    const read = await this.#reading.time(
      () => this.#parts.read(job.source),
      ({ bytes }) => bytes.length,
    );
    const { handle, decodeIn } = this.#settings;
    try {
      const { value: picture, ms } = await this.#decodes.time(
        () =>
          this.#parts.decode(read.value, handle.decode, (size) => this.#model?.neededSize?.(size), decodeIn),
        ({ width, height }) => width * height,
      );
      return { job, picture, decodeMs: read.ms + ms };
    } finally {
      release(read.value.bytes);
    }
  }

  /** Reports the work in progress, once per turn of the event loop. */
  #announceSoon(): Promise<void> {
    this.#announcement ??= turn().then(() => {
      this.#announcement = undefined;
      return this.#transport.post({ type: 'begun', work: this.#work() });
    });
    return this.#announcement;
  }

  #work(): Work {
    return { decoding: [...this.#decoding], predicting: this.#predicting, writing: this.#writing };
  }

  async #run(): Promise<void> {
    this.#running = true;
    let writing: Promise<void> | undefined;
    for (;;) {
      const batch = await this.#next();
      if (batch.length > 0) {
        const inferred = await this.#predict(batch);
        // The artifacts of one batch are written during the inference of the next. Its pixels are kept until then.
        await writing;
        writing = this.#finish(batch, inferred);
        if (!this.#writesBeside) await writing;
      } else if (writing) {
        await writing;
        writing = undefined;
      } else break;
    }
    this.#running = false;
    if (this.#stopping) await this.#stop();
  }

  /** Whether inferences continue while artifacts are written. The first artifacts are awaited, to measure their time. */
  get #writesBeside(): boolean {
    return writesFiles(this.#settings.artifacts) && this.#writes.isKnown;
  }

  /** A full batch, or the rest of the jobs; in order of decoding. */
  async #next(): Promise<Decoded[]> {
    for (;;) {
      const size = Math.min(this.#settings.batchSize, this.#undecoded + this.#decoded.length);
      if (this.#stopping || size === 0) return [];
      if (this.#decoded.length >= size) return this.#decoded.splice(0, size);
      if (this.#decoded.length > 0) void this.#announceSoon(); // those no longer take time
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #predict(batch: Decoded[]): Promise<Inferred> {
    const model = this.#model!;
    const inferred = await infer(model.task, batch, async (part) => {
      this.#predicting = part.map(({ job }) => job.index);
      await this.#announceSoon();
      return this.#clock.computing<Prediction<TaskResult>[]>(() =>
        model.run(part.map(({ picture }) => picture)),
      );
    });
    this.#predicting = [];
    return inferred;
  }

  /** Answers a batch when its artifacts are written. */
  async #finish(batch: Decoded[], inferred: Inferred): Promise<void> {
    if (!writesFiles(this.#settings.artifacts)) {
      await this.#answer(inferred.map((one) => ('failed' in one ? one.failed : answerOf(one.finished))));
    } else {
      const failed = inferred.flatMap((one) => ('failed' in one ? [one.failed] : []));
      const finished = inferred.flatMap((one) => ('finished' in one ? [one.finished] : []));
      this.#writing = finished.map(({ job }) => job.index);
      await (failed.length > 0 ? this.#answer(failed) : this.#announceSoon());
      for (const one of finished) {
        const answer = await this.#write(one);
        this.#writing = this.#writing.filter((index) => index !== one.job.index);
        await this.#answer([answer]);
      }
    }
    for (const { picture } of batch) release(picture.data);
  }

  async #write(one: Finished): Promise<Answer> {
    const { artifacts, handle } = this.#settings;
    const whole = (): Promise<Picture> => wholePicture(one, this.#parts, handle.decode);
    try {
      const { value: result, ms } = await this.#writes.time(
        () => writeArtifacts({ ...one, whole }, artifacts, this.#parts.writers),
        () => sizeOf(one.picture).width * sizeOf(one.picture).height,
      );
      return answerOf({ ...one, result, ms: { ...one.ms, artifacts: ms } });
    } catch (thrown) {
      const error = asFdeployError(thrown, 'ARTIFACT_FAILED', one.job.source.name);
      return { index: one.job.index, outcome: { status: 'error', error: serializeError(error) } };
    }
  }

  async #answer(answers: Answer[]): Promise<void> {
    await turn();
    const now = performance.now();
    const withRss = now - this.#rssAt >= RSS_EVERY_MS;
    if (withRss) this.#rssAt = now;
    const work = this.#work();
    await this.#transport.post({ type: 'done', answers, work, ...(withRss && { rss: this.#parts.rss() }) });
  }

  async #stop(): Promise<void> {
    this.#transport.off(this.#receive);
    await this.#opening;
    await this.#model?.close();
    await this.#transport.post({ type: 'stopped' });
    this.#transport.close();
  }
}

function answerOf({ job, picture, task, result, ms }: Finished): Answer {
  const { width, height } = sizeOf(picture);
  return { index: job.index, outcome: { status: 'ok', task, width, height, result, ms: roundTimes(ms) } };
}
