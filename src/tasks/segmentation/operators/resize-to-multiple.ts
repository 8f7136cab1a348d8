import type { SegOperator } from './operator.js';
import { resizeTo } from './sizes.js';

/** `ResizeToIntMult`: each side down to a multiple of `mult_int`. */
export const resizeToIntMult: SegOperator<{ multiple: number }> = {
  read(fields) {
    return { multiple: fields.integer('mult_int', 1, 32) };
  },

  apply({ multiple }, stages) {
    const down = (side: number) => side - (side % multiple);
    resizeTo(stages, down(stages.width), down(stages.height));
  },
};

/** `ResizeToMultiple`: each side up to a multiple of `size_divisor`. */
export const resizeToMultiple: SegOperator<{ multiple: number }> = {
  read(fields) {
    return { multiple: fields.integer('size_divisor', 1, 32) };
  },

  apply({ multiple }, stages) {
    const up = (side: number) => Math.ceil(side / multiple) * multiple;
    resizeTo(stages, up(stages.width), up(stages.height));
  },
};
