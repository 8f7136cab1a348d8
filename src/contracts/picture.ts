/** A decoded picture: 8 bits a channel, three interleaved channels, rows from the top, no padding between rows. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  readonly order: 'rgb' | 'bgr';
}

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

export interface DecodeOptions {
  readonly background: Background;
  readonly acceptTruncated: boolean;
  /** Largest picture in pixels, width times height. */
  readonly maxPixels: number;
}
