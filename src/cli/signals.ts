import { constants } from 'node:os';

export type EndSignal = 'SIGINT' | 'SIGTERM';
const END_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What the shell reports of a command that a signal ended: 130 or 143. */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal];
}

/** Follows the signals that ask a run to end. */
export interface SignalWatch {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /** The first one, once it came. */
  readonly caught: EndSignal | undefined;
  stop(): void;
}

/**
 * The first signal asks to finish, the second one ends the process at once, as it would without this.
 * @param onSecond called before that
 */
export function watchSignals(onFirst: (signal: EndSignal) => void, onSecond: () => void): SignalWatch {
  const controller = new AbortController();
  let caught: EndSignal | undefined;
  const listener = (signal: EndSignal): void => {
    if (caught === undefined) {
      caught = signal;
      onFirst(signal);
      controller.abort();
      return;
    }
    onSecond();
    stop();
    process.kill(process.pid, signal);
  };
  const stop = (): void => {
    for (const signal of END_SIGNALS) process.off(signal, listener);
  };
  for (const signal of END_SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    get caught() {
      return caught;
    },
    stop,
  };
}
