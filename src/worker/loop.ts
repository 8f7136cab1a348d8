import pLimit from 'p-limit';
import type { LimitFunction } from 'p-limit';
import { asFdeployError, serializeError } from '../contracts/errors.js';
import type { Model, ModelHandle } from '../contracts/model.js';
import type { DecodeOptions, Picture } from '../contracts/picture.js';
import type { Answer, Job, JobOutcome, ToWorker, WorkerSettings } from '../contracts/protocol.js';
import type { StageTimes } from '../contracts/results.js';
import type { PictureSource } from '../images/decode.js';
import { release } from '../images/release.js';
import { writeArtifacts } from './artifacts.js';
import type { ArtifactWriters, Predicted } from './artifacts.js';
import { BusyClock } from './busy-clock.js';
import type { Transport } from './transport.js';

/** What the loop works with; the entries supply the real ones. */
export interface WorkerParts {
  open(handle: ModelHandle): Promise<Model>;
  decode(source: PictureSource, options: DecodeOptions): Promise<Picture>;
  writers: ArtifactWriters;
  /** Bytes this worker's process holds. */
  rss(): number;
}

/** A decoded picture that waits for its inference. */
interface Decoded {
  job: Job;
  picture: Picture;
  decodeMs: number;
}

const RSS_EVERY_MS = 500;

/**
 * A worker: opens the model, then answers every job with a result or an error. Pictures are decoded ahead in libuv's
 * threads while the one before is in inference. It knows no transport, so threads and processes behave alike.
 */
export class WorkerLoop {
  readonly #transport: Transport;
  readonly #parts: WorkerParts;
  readonly #clock = new BusyClock();
  #settings!: WorkerSettings;
  #model: Model | undefined;
  #opening: Promise<void> | undefined;
  #limit!: LimitFunction;
  /** Jobs handed to this worker whose decoding has not ended. */
  #undecoded = 0;
  readonly #decoded: Decoded[] = [];
  readonly #decoding = new Set<number>();
  #predicting: number[] = [];
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
    for (const job of jobs) void this.#limit(() => this.#decode(job));
    if (!this.#running) void this.#run();
  }

  async #decode(job: Job): Promise<void> {
    if (this.#stopping) return;
    this.#decoding.add(job.index);
    try {
      await this.#announceSoon();
      const elapsed = this.#clock.start();
      const { image: name, imageBytes } = job;
      const source = imageBytes === undefined ? name : { pathBytes: Buffer.from(imageBytes, 'base64'), name };
      const picture = await this.#parts.decode(source, this.#settings.handle.decode);
      this.#decoded.push({ job, picture, decodeMs: elapsed() });
    } catch (thrown) {
      await this.#answer([{ index: job.index, outcome: failure(thrown, job) }]);
    } finally {
      this.#decoding.delete(job.index);
      this.#undecoded--;
      this.#wake?.();
    }
  }

  /** Tells the pool what is in work, once for all that begins in this turn. */
  #announceSoon(): Promise<void> {
    this.#announcement ??= Promise.resolve().then(() => this.#announce());
    return this.#announcement;
  }

  #announce(): Promise<void> {
    this.#announcement = undefined;
    return this.#transport.post({
      type: 'begun',
      decoding: [...this.#decoding],
      predicting: this.#predicting,
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let batch = await this.#next(); batch.length > 0; batch = await this.#next()) {
      await this.#answer(await this.#predict(batch));
    }
    this.#running = false;
    if (this.#stopping) await this.#stop();
  }

  /** A whole batch, or what is left of the jobs in hand; whichever picture is decoded first goes first. */
  async #next(): Promise<Decoded[]> {
    for (;;) {
      const size = Math.min(this.#settings.batchSize, this.#undecoded + this.#decoded.length);
      if (this.#stopping || size === 0) return [];
      if (this.#decoded.length >= size) return this.#decoded.splice(0, size);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #answer(answers: Answer[]): Promise<void> {
    const now = performance.now();
    const withRss = now - this.#rssAt >= RSS_EVERY_MS;
    if (withRss) this.#rssAt = now;
    await this.#transport.post({ type: 'done', answers, ...(withRss && { rss: this.#parts.rss() }) });
  }

  async #predict(batch: Decoded[]): Promise<Answer[]> {
    this.#predicting = batch.map(({ job }) => job.index);
    await this.#announce();
    const answers = await this.#clock.during(() => this.#inferences(batch));
    for (const { picture } of batch) release(picture.data);
    this.#predicting = [];
    return answers;
  }

  /** One inference for all; where it fails, one for each, so that a bad picture does not fail its neighbours. */
  async #inferences(batch: Decoded[]): Promise<Answer[]> {
    try {
      return await this.#inference(batch);
    } catch (thrown) {
      const [{ job }] = batch as [Decoded];
      if (batch.length === 1) return [{ index: job.index, outcome: failure(thrown, job) }];
    }
    const answers: Answer[] = [];
    for (const one of batch) answers.push(...(await this.#inferences([one])));
    return answers;
  }

  async #inference(batch: Decoded[]): Promise<Answer[]> {
    const model = this.#model!;
    const predictions = await model.run(batch.map(({ picture }) => picture));
    const answers: Answer[] = [];
    for (const [i, { job, picture, decodeMs }] of batch.entries()) {
      const { result, ms } = predictions[i]!;
      const times = rounded({ decode: decodeMs, ...ms });
      const outcome = await this.#outcome({ job, picture, task: model.task, result }, times);
      answers.push({ index: job.index, outcome });
    }
    return answers;
  }

  async #outcome(predicted: Predicted, ms: StageTimes): Promise<JobOutcome> {
    const { job, picture, task } = predicted;
    try {
      const result = await writeArtifacts(predicted, this.#settings.artifacts, this.#parts.writers);
      return { status: 'ok', task, width: picture.width, height: picture.height, result, ms };
    } catch (thrown) {
      const error = asFdeployError(thrown, 'ARTIFACT_FAILED', job.image);
      return { status: 'error', error: serializeError(error) };
    }
  }

  async #stop(): Promise<void> {
    this.#transport.off(this.#receive);
    await this.#opening;
    await this.#model?.close();
    await this.#transport.post({ type: 'stopped' });
    this.#transport.close();
  }
}

function failure(thrown: unknown, job: Job): JobOutcome {
  return { status: 'error', error: serializeError(asFdeployError(thrown, 'INTERNAL', job.image)) };
}

/** To microseconds: what lies below is noise. */
function rounded(ms: StageTimes): StageTimes {
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    decode: round(ms.decode),
    preprocess: round(ms.preprocess),
    inference: round(ms.inference),
    postprocess: round(ms.postprocess),
  };
}
