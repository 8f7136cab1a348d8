import { FdeployError, type ErrorCode } from '../../contracts/errors.js';
import type { JobOutcome } from '../../contracts/protocol.js';
import type { Mode } from '../../contracts/results.js';
import type { Suspect } from './job-queue.js';
import { describeExit } from './last-words.js';
import type { WorkerExit } from './runner.js';

/** A slot is abandoned after this many workers in a row ended before starting a picture. */
const MAX_BARREN_ENDS = 5;
/** The same after the model has predicted a picture: then the cause is probably temporary. */
const MAX_BARREN_ENDS_LATER = 25;
/** Pictures per slot that may crash their workers before any was predicted; then the model is considered the cause. */
const MAX_CRASHES_BEFORE_FIRST = 3;

/** How a worker ended. */
export interface Loss {
  exit: WorkerExit;
  /** It was killed because its picture exceeded the time limit. */
  overdue: boolean;
}

/** The consequences of a lost worker for its pictures, its slot and the run. */
export class Losses {
  /** Number of retried jobs. */
  retried = 0;
  /** Whether the model has predicted a picture in this run. */
  anyPredicted = false;
  /** Why the last worker could not open the model. */
  openingError: FdeployError | undefined;
  #crashesBeforeFirst = 0;

  constructor(private readonly limits: { mode: Mode; retries: number; timeoutMs?: number | undefined }) {}

  /**
   * The answer for a picture whose worker ended; undefined if it is retried.
   * @param certain whether no other picture can be the cause
   */
  answerTo({ attempts }: Suspect, certain: boolean, { exit, overdue }: Loss): JobOutcome | undefined {
    const { mode, retries, timeoutMs = 0 } = this.limits;
    if (!certain || attempts <= retries) {
      if (attempts === 1) this.retried++;
      return undefined;
    }
    if (!this.anyPredicted) this.#crashesBeforeFirst++;
    const code: ErrorCode = overdue ? 'TIMEOUT' : 'WORKER_CRASHED';
    const message = overdue
      ? `The picture took longer than ${timeoutMs / 1000} s.`
      : `The worker ${mode} ended while it had the picture in work (${describeExit(exit)}).`;
    return { status: 'error', error: { code, message } };
  }

  /** Number of workers in a row that a slot may lose before they start a picture. */
  get patience(): number {
    return this.anyPredicted ? MAX_BARREN_ENDS_LATER : MAX_BARREN_ENDS;
  }

  /** Whether so many first pictures crashed their workers that the model is considered the cause. */
  blamesModel(slots: number): boolean {
    return !this.anyPredicted && this.#crashesBeforeFirst >= MAX_CRASHES_BEFORE_FIRST * slots;
  }

  /** The error of a run that has no workers left. */
  cannotGoOn(exit: WorkerExit): FdeployError {
    const cause = this.openingError;
    const reason = cause ? cause.message : `The last one ended with ${describeExit(exit)}.`;
    return new FdeployError('WORKER_START_FAILED', `No worker stays alive. ${reason}`, { cause });
  }
}
