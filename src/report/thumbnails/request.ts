import { isAbsolute, resolve } from 'node:path';
import type { ErrorCode } from '../../contracts/errors.js';
import type { ResultRecord } from '../../contracts/results.js';
import { isAddress } from '../../contracts/source.js';
import { maskSource } from './mask.js';
import type { ThumbnailRequest } from './messages.js';

/** Errors of pictures that were decoded. All other errors mean that the picture was rejected, hung, or crashed a worker. */
const AFTER_DECODING: ReadonlySet<ErrorCode> = new Set([
  'INFERENCE_FAILED',
  'RESULT_INVALID',
  'ARTIFACT_FAILED',
]);

/**
 * The request for a record's thumbnail; undefined if prediction did not decode the picture, or it lies elsewhere.
 *
 * @param base folder of the records' relative paths
 * @param maxPixels larger pictures are not decoded
 */
export function thumbnailRequest(
  record: ResultRecord,
  base: string,
  maxPixels: number,
): ThumbnailRequest | undefined {
  if (isAddress(record.image)) return undefined;
  const place = { source: sourceOf(record, base), ...(record.page !== undefined && { page: record.page }) };
  if (record.status === 'error')
    return AFTER_DECODING.has(record.error.code) ? { ...place, maxPixels } : undefined;
  const mask = maskSource(record, base);
  return { ...place, maxPixels, ...(mask && { mask }) };
}

function sourceOf({ image, imageBytes }: ResultRecord, base: string): ThumbnailRequest['source'] {
  if (imageBytes === undefined) return resolve(base, image);
  const bytes = Buffer.from(imageBytes, 'base64');
  const pathBytes = isAbsolute(image) ? bytes : Buffer.concat([Buffer.from(`${base}/`), bytes]);
  return { pathBytes, name: image };
}
