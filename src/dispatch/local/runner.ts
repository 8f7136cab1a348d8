import type { FromWorker, ToWorker } from '../../contracts/protocol.js';

/** How a worker ended, for a person. */
export interface WorkerExit {
  /** "exit code 134", "signal SIGKILL", "uncaught TypeError: ..." */
  how: string;
  /** The last lines it wrote to stderr. */
  lastWords: readonly string[];
}

export interface RunnerEvents {
  message: (message: FromWorker) => void;
  /** Once, after the last message. */
  exit: (exit: WorkerExit) => void;
}

/** One worker in one mode: the pool's end of its line. */
export interface Runner {
  /** Operating-system process of the worker where it has one of its own. */
  readonly pid: number | undefined;
  start(): void;
  send(message: ToWorker): void;
  on<E extends keyof RunnerEvents>(event: E, listener: RunnerEvents[E]): void;
  /** Ends the worker as soon as that can be done without harm to this process; `exit` follows. */
  kill(): void;
  /** A worker that does not end: it no longer keeps this process alive. */
  abandon(): void;
}

export interface RunnerOptions {
  /** The module that the worker runs. */
  entry: URL;
  /** Threads of libuv's pool in a worker that is a process. */
  libuvThreads: number;
}
