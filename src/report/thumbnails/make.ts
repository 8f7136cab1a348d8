import { PageReader } from '../../documents/index.js';
import { DEFAULT_DECODE, decodeEncoded } from '../../images/decode.js';
import { nearestPixels, shrinkPicture, shrinkPixels } from '../../images/shrink.js';
import type { DecodeOptions } from '../../contracts/picture.js';
import type { PictureFile } from '../../images/decode.js';
import { loadSharp } from '../../images/sharp-settings.js';
import type { MaskSource, Thumbnail, ThumbnailRequest } from './messages.js';
import { MASK_ALPHA, THUMBNAIL_SIDE } from './mask.js';

/** Longest side of a page's thumbnail, which the report also shows large: a browser shows no page of a document as a picture. */
const PAGE_SIDE = 1024;

const reader = new PageReader();

/** A PDF's page is drawn no larger than about this. */
async function makePage(path: PictureFile, page: number, options: DecodeOptions) {
  const [name, locator] =
    typeof path === 'string'
      ? [path, { kind: 'file', path } as const]
      : [path.name, { kind: 'file', path: path.name, pathBytes: path.pathBytes.toString('base64') } as const];
  const read = await reader.read({ name, locator }, page);
  const small = { ...options, maxPixels: Math.min(options.maxPixels, PAGE_SIDE ** 2) };
  const picture = read.render ? await read.render(small) : await decodeEncoded(read, options);
  return shrinkPixels(picture, PAGE_SIDE);
}

/**
 * Decodes a picture and its mask file, under the limits of prediction, and shrinks them.
 * @throws FdeployError as `decodePicture` does, about the picture; an unreadable mask is skipped
 */
export async function makeThumbnail({ source, page, maxPixels, mask }: ThumbnailRequest): Promise<Thumbnail> {
  // The picture was predicted, perhaps from a truncated file.
  const options = { ...DEFAULT_DECODE, acceptTruncated: true, maxPixels };
  const path = typeof source === 'string' ? source : { ...source, pathBytes: Buffer.from(source.pathBytes) };
  const picture =
    page === undefined
      ? await shrinkPicture(path, THUMBNAIL_SIDE, options)
      : await makePage(path, page, options);
  if (!mask) return { picture };
  try {
    return { picture, mask: await maskPicture(mask, maxPixels) };
  } catch {
    return { picture }; // the mask file is missing or not a picture
  }
}

/** The background of a mask file: black. */
const isGround = (rgb: Uint8Array, at: number): boolean =>
  rgb[at] === 0 && rgb[at + 1] === 0 && rgb[at + 2] === 0;

async function maskPicture(mask: MaskSource, maxPixels: number): Promise<Buffer> {
  const { width, height } = mask;
  const data = mask.kind === 'pixels' ? mask.data : await fromFile(mask, maxPixels);
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** The colours of a mask file, with a transparent background. */
async function fromFile(
  { file, width, height }: Extract<MaskSource, { kind: 'file' }>,
  maxPixels: number,
): Promise<Uint8Array> {
  const rgb = await nearestPixels(file, width, height, { ...DEFAULT_DECODE, maxPixels });
  const data = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (isGround(rgb, pixel * 3)) continue;
    data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    data[pixel * 4 + 3] = MASK_ALPHA;
  }
  return data;
}
