/** Node 22 and newer have it; Node 20 where a flag of V8 asks for it. */
type Transfer = (this: ArrayBufferLike, newLength: number) => ArrayBuffer;

const transfer = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer;

/**
 * Gives the memory of bytes back now. The garbage collector sees a small object and comes for it many pictures later: with
 * pictures of up to 1600 x 1600 two clones held 80 MiB of pixels that nobody needed. The bytes are gone for every view of
 * them; those that are only a part of their buffer are left alone, and so are all where this Node cannot release them.
 */
export function release(bytes: ArrayBufferView): void {
  if (transfer && bytes.byteLength === bytes.buffer.byteLength) transfer.call(bytes.buffer, 0);
}
