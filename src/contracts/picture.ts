/** In pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A decoded picture: 8 bits a channel, three interleaved channels, rows from the top, no padding between rows. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly order: 'rgb' | 'bgr';
  /** Of a picture that was decoded smaller than it is. */
  readonly original?: OriginalSize;
}

/** What a picture measures that was decoded smaller than it is. */
export interface OriginalSize extends PictureSize {
  /** How much of it the pixels show, in its own pixels: libjpeg leaves out what does not fill a pixel at the end. */
  readonly shown: PictureSize;
}

/** What a picture measures in itself, whatever it was decoded to: what records, boxes and masks count in. */
export const sizeOf = ({ width, height, original }: Picture): PictureSize => original ?? { width, height };

/**
 * The size that a network's first step brings a picture of this size to, where that is all its pixels are used for; undefined
 * where they are used as they are.
 */
export type NeededSize = (size: PictureSize) => PictureSize | undefined;

/** Pixels that a caller of the API has decoded: 1 (grey), 3 or 4 (with alpha) interleaved channels. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly order: 'rgb' | 'bgr';
}

/** What `predict` takes: a path, a file URL, an encoded file's bytes, or pixels. */
export type PictureInput = string | URL | Uint8Array | RawPicture;

/** `drop` keeps the colour under the alpha as cv2 does, `auto` blends with a contrasting colour, else `#rrggbb`. */
export type Background = 'drop' | 'auto' | `#${string}`;

/** `fast`: a large JPEG or WebP is decoded at the smallest size that is still twice what the network's first step needs. */
export const DECODE_MODES = ['exact', 'fast'] as const;
export type DecodeMode = (typeof DECODE_MODES)[number];

export interface DecodeOptions {
  readonly background: Background;
  readonly acceptTruncated: boolean;
  /** Largest picture in pixels, width times height. */
  readonly maxPixels: number;
  /** `exact` where it is left out. */
  readonly mode?: DecodeMode;
}
