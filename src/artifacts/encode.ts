import type { ImageFormat } from '../contracts/artifacts.js';
import type { Sharp } from '../images/sharp-settings.js';

/** Endings of files by format. */
export const IMAGE_ENDINGS: Readonly<Record<ImageFormat, string>> = { png: '.png', jpeg: '.jpg' };

/** JPEG keeps the colours at full size: drawn lines and small print are a pixel wide. */
const JPEG = { quality: 90, chromaSubsampling: '4:4:4' } as const;

/** Encodes a picture of three channels. */
export function encode(image: Sharp, format: ImageFormat): Promise<Buffer> {
  return (format === 'jpeg' ? image.jpeg(JPEG) : image.png({ compressionLevel: 6 })).toBuffer();
}
