import type { FromWorker, ToWorker } from '../contracts/protocol.js';

/** A worker's line to the pool: the only thing that differs between a thread and a process. */
export interface Transport {
  /** Settles once the message has left this worker, so that it arrives even if the worker dies right after. */
  post(message: FromWorker): Promise<void>;
  on(listener: (message: ToWorker) => void): void;
  off(listener: (message: ToWorker) => void): void;
  /** Hangs up: the worker ends when nothing else keeps it. */
  close(): void;
}
