import type { StageList } from '../../../ops/picture-stages.js';
import type { SegOperator } from './operator.js';
import { longSide, resizeBySide, shortSide } from './sizes.js';

export interface LimitSettings {
  least: number;
  most: number;
}

/** A side is brought to the nearer end of a range where it lies outside of it. */
function limit(
  keys: { least: string; most: string },
  sideOf: (stages: StageList) => number,
): SegOperator<LimitSettings> {
  return {
    read(fields) {
      const least = fields.integer(keys.least, 1, 1);
      const most = fields.integer(keys.most, 1, Number.MAX_SAFE_INTEGER);
      if (least > most) throw fields.invalid(keys.least, `a whole number of at most ${most}`);
      return { least, most };
    },

    apply({ least, most }, stages) {
      const side = sideOf(stages);
      const target = Math.min(Math.max(side, least), most);
      if (target !== side) resizeBySide(stages, side, target);
    },
  };
}

/** `LimitLong`: the longer side from `min_long` to `max_long`. */
export const limitLong = limit({ least: 'min_long', most: 'max_long' }, longSide);

/** `LimitShort`: the shorter side from `min_short` to `max_short`. */
export const limitShort = limit({ least: 'min_short', most: 'max_short' }, shortSide);
