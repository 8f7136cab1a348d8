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
  /** The original size, if the picture was decoded at a reduced size. */
  readonly original?: OriginalSize;
}

/** The original size of a picture that was decoded at a reduced size. */
export interface OriginalSize extends PictureSize {
  /** The part that the pixels cover, in original pixels. libjpeg omits what does not fill a whole reduced pixel at the end. */
  readonly shown: PictureSize;
}

/** The original size of a picture, whatever it was decoded to. Records, boxes and masks use it. */
export const sizeOf = ({ width, height, original }: Picture): PictureSize => original ?? { width, height };

/**
 * @param size of the original picture, in pixels
 * @returns the size that the network's first step resizes it to; undefined if the pixels are also used at their original size
 */
export type NeededSize = (size: PictureSize) => PictureSize | undefined;

/** Where JPEGs of usual kinds and sizes are decoded: in libuv's threads, beside other work, or in the calling thread. */
export type DecodePlace = 'libuv' | 'thread';

/** Decoded pixels: 8 bits per channel, `width * height * channels` bytes, rows from the top without padding. */
export interface RawPicture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Interleaved: 1 is grey, 4 has alpha last. */
  readonly channels: 1 | 3 | 4;
  readonly order: 'rgb' | 'bgr';
}

/** Input of `predict`: a path, a file URL, the bytes of an encoded file, or pixels. */
export type PictureInput = string | URL | Uint8Array | RawPicture;

/** `drop` ignores alpha as cv2 does, `auto` blends with a contrasting colour, `#rrggbb` blends with that colour. */
export type Background = 'drop' | 'auto' | `#${string}`;

/** `fast`: a large JPEG or WebP is decoded at the smallest size that is still twice what the network's first step needs. */
export const DECODE_MODES = ['exact', 'fast'] as const;
export type DecodeMode = (typeof DECODE_MODES)[number];

export interface DecodeOptions {
  readonly background: Background;
  readonly acceptTruncated: boolean;
  /** Larger pictures are refused; pixels, width times height. */
  readonly maxPixels: number;
  /** Default: `exact`. */
  readonly mode?: DecodeMode;
  /** Dots per inch of rendered PDF pages. Default: 200. */
  readonly dpi?: number;
}
