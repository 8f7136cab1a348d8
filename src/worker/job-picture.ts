import type { DecodeOptions, DecodePlace, NeededSize, Picture } from '../contracts/picture.js';
import type { Source } from '../contracts/source.js';
import type { ReadPage } from '../documents/page-reader.js';
import { release } from '../images/release.js';
import type { Predicted } from '../artifacts/write-artifacts.js';

/** How a worker reads and decodes a picture. */
export interface PictureReading {
  read(source: Source): Promise<ReadPage>;
  /**
   * @param needed what `fast` decoding goes by; without it the picture is decoded whole
   * @param place default: libuv's threads
   */
  decode(
    picture: ReadPage,
    options: DecodeOptions,
    needed?: NeededSize,
    place?: DecodePlace,
  ): Promise<Picture>;
}

/**
 * A predicted picture at full size: decoded again if the network used a reduced size.
 * @throws FdeployError as decoding does
 */
export async function wholePicture(
  { job, picture }: Predicted,
  parts: PictureReading,
  options: DecodeOptions,
): Promise<Picture> {
  if (!picture.original) return picture;
  const encoded = await parts.read(job.source);
  try {
    return await parts.decode(encoded, options);
  } finally {
    release(encoded.bytes);
  }
}
