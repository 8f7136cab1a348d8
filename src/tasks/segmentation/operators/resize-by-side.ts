import type { Fields } from '../../../config/fields.js';
import type { SegOperator } from './operator.js';
import { longSide, resizeBySide, shortSide } from './sizes.js';

/** @throws FdeployError CONFIG_INVALID */
function lengthOf(fields: Fields, key: string): number {
  const length = fields.integer(key, 1);
  if (length === undefined) throw fields.invalid(key, 'a whole number of at least 1');
  return length;
}

/** `ResizeByLong`: the longer side to `long_size`. */
export const resizeByLong: SegOperator<{ length: number }> = {
  read(fields) {
    return { length: lengthOf(fields, 'long_size') };
  },

  apply({ length }, stages) {
    resizeBySide(stages, longSide(stages), length);
  },
};

/** `ResizeByShort`: the shorter side to `short_size`, or to what keeps the longer one within `max_size`. */
export const resizeByShort: SegOperator<{ length: number; largest: number }> = {
  read(fields) {
    return { length: lengthOf(fields, 'short_size'), largest: fields.number('max_size', 1e10) };
  },

  apply({ length, largest }, stages) {
    const short = shortSide(stages);
    const long = longSide(stages);
    const fits = (length / short) * long <= largest;
    resizeBySide(stages, short, fits ? length : Math.trunc((largest / long) * short));
  },
};

/** `ResizeRangeScaling`: the longer side to a length of a range. */
export const resizeRangeScaling: SegOperator<{ length: number }> = {
  read(fields, notify) {
    const low = fields.integer('min_value', 1, 400);
    const high = fields.integer('max_value', 1, 600);
    if (low > high) throw fields.invalid('min_value', `a whole number of at most ${high}`);
    const length = Math.floor((low + high) / 2 + 0.5);
    if (low !== high) {
      notify(
        `${fields.file}: ResizeRangeScaling draws the longer side at random from ${low} to ${high}; fdeploy uses the middle, ${length}`,
      );
    }
    return { length };
  },

  apply({ length }, stages) {
    resizeBySide(stages, longSide(stages), length);
  },
};
