/** A worker that has not opened its model, or not started a picture that it was given, within this time is considered hung. */
export const START_TIMEOUT_MS = 120_000;

/** Maximum of Node's timers: longer ones fire immediately. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A timer that fires this late means that this process was suspended or its thread was busy. */
export const ABSENT_MS = 1_000;

/** Time limit for pictures in progress after the run was told to end. */
export const DRAIN_TIMEOUT_MS = 10_000;

/** Time limit for an idle worker to close its model and exit, before it is killed. */
export const STOP_TIMEOUT_MS = 3_000;

/** Time limit for the last messages and lines of a dead process. */
export const LAST_WORDS_MS = 1_000;

/** Interval of memory measurements. */
export const MEMORY_EVERY_MS = 10_000;
