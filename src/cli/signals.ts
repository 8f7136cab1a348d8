import { closeSync, fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

/** SIGHUP is sent when the terminal is closed. It ends a run like SIGTERM. */
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** The exit code that a shell reports for a signal: 130 or, also for SIGHUP, 143. */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal === 'SIGHUP' ? 'SIGTERM' : signal];
}

/** Watches the signals that end a run. */
export interface SignalWatch {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The first signal, once it arrived. */
  readonly caught: EndSignal | undefined;
  stop(): void;
}

/**
 * The first signal requests an orderly end, the second one ends the process immediately.
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

/**
 * Closes terminals that no longer exist, at the very end. Node resets its terminals before it exits, and aborts if one does
 * not respond.
 */
export function leaveGoneTerminals(): void {
  for (const standard of [0, 1, 2]) {
    if (fstatSync(standard).isCharacterDevice() && !isatty(standard)) closeSync(standard);
  }
}
