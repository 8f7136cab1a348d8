import { DECODE_AHEAD } from '../contracts/protocol.js';
import type { DecodeOptions, NeededSize, Picture, PictureInput } from '../contracts/picture.js';
import { toPicture } from '../images/decode.js';

/**
 * Decodes pictures in batches of `size`, in order. While a batch is in use the next one is decoded, or as many pictures as a
 * worker decodes ahead where that is more: memory is bounded over any number of pictures.
 * @throws FdeployError of the first picture that cannot be decoded
 */
export async function* decodeAhead(
  inputs: readonly PictureInput[],
  size: number,
  options: DecodeOptions,
  needed?: NeededSize,
): AsyncGenerator<Picture[], void, undefined> {
  const ahead = Math.max(size, DECODE_AHEAD);
  const window: Promise<Picture>[] = [];
  let next = 0;
  const fill = (length: number): void => {
    for (; window.length < length && next < inputs.length; next++) {
      const picture = toPicture(inputs[next]!, options, needed);
      picture.catch(() => undefined); // it is heard when its batch is awaited
      window.push(picture);
    }
  };
  try {
    for (;;) {
      fill(size);
      const batch = window.splice(0, size);
      if (batch.length === 0) return;
      fill(ahead);
      yield await inOrder(batch);
    }
  } finally {
    await Promise.allSettled(window);
  }
}

/** All values, or the error of the first promise that fails, once all have ended. */
async function inOrder<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
