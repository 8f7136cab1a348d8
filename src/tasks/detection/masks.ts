import { FdeployError } from '../../contracts/errors.js';
import type { DetectedObject } from '../../contracts/results.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pasteMask } from '../../ops/paste-mask.js';
import { binaryRuns } from '../../ops/runs.js';
import { requireFinite } from '../require-finite.js';

type Box = DetectedObject['box'];
interface Size {
  readonly width: number;
  readonly height: number;
}

/** From which value on a mask's pixel is inside; PaddleDetection's `binary_thresh`. */
const INSIDE = 0.5;
/** By how many pixels a mask made at the original size may miss it: the size is computed from a float32 factor. */
const ROUNDING = 2;

/** The masks of a batch `[N, H, W]`, one for each row: at the picture's size, or small and made for the row's box. */
export class MaskReader {
  private readonly height: number;
  private readonly width: number;
  /** At the picture's size; in a batch at that of its largest picture. */
  private readonly isWhole: boolean;

  /** @throws FdeployError RESULT_INVALID if the masks are no `[N, H, W]` */
  constructor(
    private readonly masks: Tensor,
    pictures: readonly Size[],
  ) {
    const [, height, width] = masks.dims;
    if (masks.dims.length !== 3 || height === undefined || width === undefined) {
      const found = `[${masks.dims.join(', ')}]`;
      throw new FdeployError('RESULT_INVALID', `expected masks [N, H, W] but found ${found}`, { found });
    }
    this.height = height;
    this.width = width;
    const missing = (own: number, sizes: number[]) => Math.abs(own - Math.max(...sizes));
    this.isWhole =
      missing(
        width,
        pictures.map((picture) => picture.width),
      ) <= ROUNDING &&
      missing(
        height,
        pictures.map((picture) => picture.height),
      ) <= ROUNDING;
  }

  /**
   * The mask of a row as runs over the picture.
   * @param box in pixels of the picture, not clipped to it
   * @throws FdeployError RESULT_INVALID if it holds what is no number
   */
  runs(row: number, box: Box, size: Size): NonNullable<DetectedObject['mask']> {
    const { masks } = this;
    const pixels = this.width * this.height;
    if (masks.type === 'float32')
      requireFinite(masks.data.subarray(row * pixels, (row + 1) * pixels), 'a mask');
    const mask = this.isWhole ? this.cut(row, size) : this.paste(row, box, size);
    return { width: size.width, height: size.height, runs: binaryRuns(mask) };
  }

  /** The part of a picture-sized mask that is the picture. */
  cut(row: number, { width, height }: Size): Uint8Array {
    const mask = new Uint8Array(width * height);
    const { data } = this.masks;
    const first = row * this.width * this.height;
    const columns = Math.min(width, this.width);
    for (let y = 0; y < Math.min(height, this.height); y++) {
      for (let x = 0, from = first + y * this.width, to = y * width; x < columns; x++) {
        if (Number(data[from++]) >= INSIDE) mask[to] = 1;
        to++;
      }
    }
    return mask;
  }

  private paste(row: number, box: Box, size: Size): Uint8Array {
    const { masks, width, height } = this;
    if (masks.type !== 'float32') {
      const found = `${width} x ${height}`;
      const expected = `${size.width} x ${size.height}`;
      const message = `a mask of ${found} fits neither the picture of ${expected} nor a box: it is no probability`;
      throw new FdeployError('RESULT_INVALID', message, { expected, found });
    }
    const part = masks.data.subarray(row * width * height, (row + 1) * width * height);
    return pasteMask({ data: part, width, height }, box, size, INSIDE);
  }
}
