import type { Orientation } from '../exif.js';

/** Formats that are decoded. */
export type PictureFormat = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'bmp' | 'avif';

/** A picture's header, read without decoding. */
export interface PictureHeader<Format extends PictureFormat = PictureFormat> {
  readonly format: Format;
  /** As stored, before `orientation` is applied. 0 if the header has no size. */
  readonly width: number;
  readonly height: number;
  /** As cv2 applies it to this format; 1 if it does not. */
  readonly orientation: Orientation;
  /** The picture may have transparent pixels. */
  readonly alpha: boolean;
  /** JPEG with four components: CMYK or YCCK. */
  readonly cmyk: boolean;
  /** The file is truncated. */
  readonly cut: boolean;
}

/** A header with only a size. */
export function plainHeader<Format extends PictureFormat>(
  format: Format,
  width: number,
  height: number,
  alpha = false,
): PictureHeader<Format> {
  return { format, width, height, orientation: 1, alpha, cmyk: false, cut: false };
}
