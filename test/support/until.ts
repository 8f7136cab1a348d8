/** Longer than anything takes on a busy machine, shorter than a test may. */
const SECONDS = 60;

/**
 * Settles once something has come true.
 * @throws where that takes longer than a minute
 */
export async function until(isTrue: () => boolean, everyMs = 20): Promise<void> {
  const deadline = performance.now() + SECONDS * 1000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error(`not within ${SECONDS} s: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
