import type { FromWorker, ToWorker } from '../contracts/protocol.js';

/** A worker's connection to the dispatcher, the only difference between threads and processes. */
export interface Transport {
  /** Resolves when the message has left this worker, so that it arrives even if the worker dies immediately after. */
  post(message: FromWorker): Promise<void>;
  on(listener: (message: ToWorker) => void): void;
  off(listener: (message: ToWorker) => void): void;
  /** Closes the connection. The worker exits when nothing else keeps it alive. */
  close(): void;
}
