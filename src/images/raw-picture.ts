import { FdeployError } from '../contracts/errors.js';
import { kindOf } from '../contracts/kind-of.js';
import type { DecodeOptions, Picture, RawPicture } from '../contracts/picture.js';
import { blend } from './background.js';

/**
 * Converts a caller's pixels to three channels. Pixels with three channels are not copied.
 * @throws FdeployError BAD_OPTION if it is not a picture, or its pixels do not match its size
 */
export function rawToPicture(raw: RawPicture, { background }: DecodeOptions): Picture {
  checkFields(raw, [1, 3, 4]);
  const { data, width, height, channels, order } = raw;
  checkLength(data, width, height, channels);
  if (channels === 3) return { data, width, height, channels, order };
  if (channels === 4) return blend({ data, width, height, channels, order }, background);
  const grey = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) grey.fill(data[i]!, 3 * i, 3 * i + 3);
  return { data: grey, width, height, channels: 3, order };
}

/**
 * Checks pictures that a caller has decoded to three channels.
 * @throws FdeployError BAD_OPTION
 */
export function checkPictures(pictures: readonly Picture[]): void {
  for (const picture of pictures) {
    checkFields(picture, [3]);
    const { data, width, height, channels } = picture;
    checkLength(data, width, height, channels);
  }
}

type Fields = Partial<Record<keyof RawPicture, unknown>>;

/** Untyped code may pass anything. */
function checkFields(given: unknown, channelCounts: readonly unknown[]): void {
  const fields: Fields | undefined = typeof given === 'object' && given !== null ? given : undefined;
  if (!fields || !('data' in fields)) throw noPicture(kindOf(given));
  const { data, width, height, channels, order } = fields;
  const fits: Readonly<Record<keyof RawPicture, boolean>> = {
    data: data instanceof Uint8Array,
    width: isSide(width),
    height: isSide(height),
    channels: channelCounts.includes(channels),
    order: order === 'rgb' || order === 'bgr',
  };
  for (const [name, fit] of Object.entries(fits)) {
    if (!fit) throw noPicture(`${kindOf(fields[name as keyof RawPicture])} as ${name}`);
  }
}

function isSide(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function noPicture(found: string): FdeployError {
  const expected =
    "a path, a file URL, an encoded file's bytes (Uint8Array), or pixels as { data, width, height, channels, order }";
  return new FdeployError('BAD_OPTION', `a picture must be ${expected}, not ${found}`, { expected, found });
}

function checkLength(data: Uint8Array, width: number, height: number, channels: number): void {
  const expected = width * height * channels;
  if (data.length === expected) return;
  throw new FdeployError(
    'BAD_OPTION',
    `Pixels of ${width} x ${height} with ${channels} channels take ${expected} bytes, not ${data.length}.`,
    { expected: `${expected} bytes`, found: `${data.length} bytes` },
  );
}
