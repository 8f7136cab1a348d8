/** A worker that has not opened its model by then, or not begun a picture that it was given, is taken for hung. */
export const START_TIMEOUT_MS = 120_000;

/** Node's timers take no more: a longer one fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A timer that comes this late tells that its own process stood still: it was stopped, or its thread was busy. */
export const ABSENT_MS = 1_000;

/** How long the pictures in hand may take to finish after the run was told to end. */
export const DRAIN_TIMEOUT_MS = 10_000;

/** How long an idle worker may take to close its model and leave, before it is killed. */
export const STOP_TIMEOUT_MS = 3_000;

/** How long a dead process's last messages and lines may take to arrive. */
export const LAST_WORDS_MS = 1_000;

/** How often the memory of a run is read. */
export const MEMORY_EVERY_MS = 10_000;
