import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { ResultRecord } from '../contracts/results.js';
import { DEFAULT_DECODE, decodePicture } from '../images/decode.js';
import { readPictureFile } from '../images/read-file.js';
import { loadSharp } from '../images/sharp-settings.js';
import type { PictureFlag } from './format.js';
import { PICTURE, maskPath, thumbnailPath } from './format.js';
import { hasMask, maskPicture } from './mask-picture.js';

/** Longest side in pixels. */
const SIDE = 256;

interface Small {
  data: Buffer;
  info: { width: number; height: number };
}

/** A small WebP of the file: as sharp shrinks it while it decodes, or, of a kind that sharp cannot read, decoded whole. */
async function shrink(file: Buffer): Promise<Small> {
  const sharp = await loadSharp();
  const fit = { width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true } as const;
  const webp = { quality: 70, effort: 2 };
  try {
    return await sharp(file, { failOn: 'error' })
      .autoOrient()
      .resize(fit)
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .webp(webp)
      .toBuffer({ resolveWithObject: true });
  } catch {
    const { data, width, height } = await decodePicture(file, { ...DEFAULT_DECODE, acceptTruncated: true });
    return sharp(data, { raw: { width, height, channels: 3 } })
      .resize(fit)
      .webp(webp)
      .toBuffer({ resolveWithObject: true });
  }
}

function sourceOf({ image, imageBytes }: ResultRecord, base: string): string | Buffer {
  if (imageBytes === undefined) return resolve(base, image);
  const bytes = Buffer.from(imageBytes, 'base64');
  return isAbsolute(image) ? bytes : Buffer.concat([Buffer.from(`${base}/`), bytes]);
}

/**
 * Writes the thumbnail of a record's picture and, where it has masks, their picture.
 *
 * @param page folder of the page
 * @param base folder that the records' relative paths start from
 * @param row position of the record
 * @returns what was written: nothing where the picture is gone or cannot be read, as an error record's often is
 * @throws the file system's error where the thumbnail cannot be written
 */
export async function writeThumbnail(
  page: string,
  base: string,
  row: number,
  record: ResultRecord,
): Promise<PictureFlag> {
  let small: Small;
  try {
    small = await shrink(await readPictureFile(sourceOf(record, base), record.image));
  } catch {
    return PICTURE.none; // the page shows a placeholder
  }
  const file = join(page, thumbnailPath(row));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, small.data);
  if (record.status !== 'ok' || !hasMask(record)) return PICTURE.thumbnail;
  let mask: Buffer;
  try {
    mask = await maskPicture(record, small.info.width, small.info.height, base);
  } catch {
    return PICTURE.thumbnail; // the mask file is gone
  }
  await writeFile(join(page, maskPath(row)), mask);
  return PICTURE.masked;
}
