import type { Matrix3x3 } from 'sharp';
import type { Picture } from '../contracts/picture.js';
import { loadSharp, type Sharp } from './sharp-settings.js';

const RED_AND_BLUE_SWAPPED: Matrix3x3 = [
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
];

/** A pipeline of decoded pixels, with red as its first channel. The pixels themselves are not changed. */
export async function rgbImage({
  data,
  width,
  height,
  order,
}: Pick<Picture, 'data' | 'width' | 'height' | 'order'>): Promise<Sharp> {
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
  return order === 'bgr' ? image.recomb(RED_AND_BLUE_SWAPPED) : image;
}
