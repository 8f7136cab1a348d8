import { closeSync, fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';

/** SIGHUP comes when the terminal is gone: a reason to end like SIGTERM. */
const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type EndSignal = (typeof END_SIGNALS)[number];

/** What the shell reports of a command that a signal ended: 130 or, also for SIGHUP, 143. */
export function signalExitCode(signal: EndSignal): number {
  return 128 + constants.signals[signal === 'SIGHUP' ? 'SIGTERM' : signal];
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

/**
 * Gives up terminals that have gone, at the very end: Node sets its terminals back before it exits, and aborts where one no
 * longer answers.
 */
export function leaveGoneTerminals(): void {
  for (const standard of [0, 1, 2]) {
    if (fstatSync(standard).isCharacterDevice() && !isatty(standard)) closeSync(standard);
  }
}
