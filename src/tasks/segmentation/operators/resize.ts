import { INTERPOLATIONS, type Interpolation } from '../../../ops/resize/opencv.js';
import { roundHalfEven } from '../../../ops/round.js';
import type { SegOperator } from './operator.js';
import { longSide, resizeTo, shortSide } from './sizes.js';

export interface ResizeSettings {
  width: number;
  height: number;
  keepRatio: boolean;
  /** Both sides are raised to multiples of it; 0 leaves them. */
  divisor: number;
  interpolation: Interpolation;
}

/** `Resize`: to `target_size` (width first), or within it where the ratio is kept. */
export const resize: SegOperator<ResizeSettings> = {
  read(fields) {
    const [width, height] = fields.pair('target_size') ?? [512, 512];
    return {
      width,
      height,
      keepRatio: fields.boolean('keep_ratio', false),
      divisor: fields.integer('size_divisor', 1, 0),
      interpolation: fields.oneOf('interp', INTERPOLATIONS, 'linear'),
    };
  },

  apply({ width, height, keepRatio, divisor, interpolation }, stages) {
    let size = [width, height];
    if (keepRatio) {
      const scale = Math.min(
        Math.max(width, height) / longSide(stages),
        Math.min(width, height) / shortSide(stages),
      );
      size = [roundHalfEven(stages.width * scale), roundHalfEven(stages.height * scale)];
    }
    if (divisor > 0) size = size.map((side) => Math.ceil(side / divisor) * divisor);
    resizeTo(stages, size[0]!, size[1]!, interpolation);
  },
};
