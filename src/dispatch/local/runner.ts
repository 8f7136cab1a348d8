import type { FromWorker, ToWorker } from '../../contracts/protocol.js';

/** How a worker ended, for messages. */
export interface WorkerExit {
  /** "exit code 134", "signal SIGKILL", "uncaught TypeError: ..." */
  how: string;
  /** Its last lines on stderr. */
  lastWords: readonly string[];
}

export interface RunnerEvents {
  message: (message: FromWorker) => void;
  /** Once, after the last message. */
  exit: (exit: WorkerExit) => void;
}

/** The pool's side of the connection to a worker. */
export interface Runner {
  /** Process id of a worker process. */
  readonly pid: number | undefined;
  start(): void;
  send(message: ToWorker): void;
  on<E extends keyof RunnerEvents>(event: E, listener: RunnerEvents[E]): void;
  /** Ends the worker as soon as this is safe for this process; `exit` follows. */
  kill(): void;
  /** Lets this process exit although the worker does not end. */
  abandon(): void;
}

export interface RunnerOptions {
  /** The module that the worker runs. */
  entry: URL;
  /** Size of libuv's thread pool in a worker process. */
  libuvThreads: number;
}
