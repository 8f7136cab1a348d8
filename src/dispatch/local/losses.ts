import { FdeployError, type ErrorCode } from '../../contracts/errors.js';
import type { JobOutcome } from '../../contracts/protocol.js';
import type { Mode } from '../../contracts/results.js';
import type { Suspect } from './job-queue.js';
import { describeExit } from './last-words.js';
import type { WorkerExit } from './runner.js';

/** A slot whose workers end this often in a row, each before it had a picture in work, is given up. */
const MAX_BARREN_ENDS = 5;
/** The same once the model has predicted a picture: then it is rather the machine, and it may pass. */
const MAX_BARREN_ENDS_LATER = 25;
/** Pictures a slot that may kill their workers before any was predicted; then the model is to blame. */
const MAX_CRASHES_BEFORE_FIRST = 3;

/** How a worker was lost. */
export interface Loss {
  exit: WorkerExit;
  /** It was ended because its picture took longer than it may. */
  overdue: boolean;
}

/** What a lost worker means: for the pictures that it had in work, for its slot and for the run. */
export class Losses {
  /** Number of retried jobs. */
  retried = 0;
  /** The model predicted a picture in this run. */
  anyPredicted = false;
  /** Why the last worker could not open the model. */
  openingError: FdeployError | undefined;
  #crashesBeforeFirst = 0;

  constructor(private readonly limits: { mode: Mode; retries: number; timeoutMs?: number | undefined }) {}

  /**
   * The answer to a picture whose worker ended, or undefined if it is to be tried again.
   * @param certain no other picture can have been the cause
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

  /** How many workers in a row a slot may lose before they took a picture. */
  get patience(): number {
    return this.anyPredicted ? MAX_BARREN_ENDS_LATER : MAX_BARREN_ENDS;
  }

  /** Whether so many first pictures ended their workers that the model is to blame. */
  blamesModel(slots: number): boolean {
    return !this.anyPredicted && this.#crashesBeforeFirst >= MAX_CRASHES_BEFORE_FIRST * slots;
  }

  /** Why the run ends without a worker left. */
  cannotGoOn(exit: WorkerExit): FdeployError {
    const cause = this.openingError;
    const reason = cause ? cause.message : `The last one ended with ${describeExit(exit)}.`;
    return new FdeployError('WORKER_START_FAILED', `No worker stays alive. ${reason}`, { cause });
  }
}
