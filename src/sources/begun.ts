/** A generator whose first value has been read; undefined if it is empty. */
export async function begun<T>(generator: AsyncGenerator<T>): Promise<AsyncIterable<T> | undefined> {
  const first = await generator.next();
  if (first.done === true) return undefined;
  const { value } = first;
  return (async function* () {
    yield value;
    yield* generator;
  })();
}

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable like those that wait
export async function* only<T>(value: T): AsyncGenerator<T, void, undefined> {
  yield value;
}
