import type { Fields } from '../../../config/fields.js';
import type { Triple } from '../../../ops/picture-stages.js';
import { requirePair } from '../../operators/required-fields.js';
import { padTo } from '../../operators/checked-stages.js';
import type { SegOperator } from './operator.js';

/** PaddleSeg's grey where a config names none. */
const GREY = 127.5;

/** One value for all channels, or one for each. */
function valueOf(fields: Fields): Triple {
  if (Array.isArray(fields.map.im_padding_value))
    return fields.triple('im_padding_value', [GREY, GREY, GREY]);
  const value = fields.number('im_padding_value', GREY);
  return [value, value, value];
}

/** `Padding`: to `target_size` (width first) at the right and the lower edge. */
export const padding: SegOperator<{ width: number; height: number; value: Triple }> = {
  read(fields) {
    const [width, height] = requirePair(fields, 'target_size');
    return { width, height, value: valueOf(fields) };
  },

  apply({ width, height, value }, stages) {
    padTo(stages, width, height, value);
  },
};

/** `PaddingByAspectRatio`: to a ratio of width to height at the right or the lower edge. */
export const paddingByAspectRatio: SegOperator<{ ratio: number; value: Triple }> = {
  read(fields) {
    const ratio = fields.number('aspect_ratio', 1);
    if (!(ratio > 0)) throw fields.invalid('aspect_ratio', 'a number above 0');
    return { ratio, value: valueOf(fields) };
  },

  apply({ ratio, value }, stages) {
    const { width, height } = stages;
    const own = width / height;
    if (own > ratio) padTo(stages, width, Math.trunc(width / ratio), value);
    else if (own < ratio) padTo(stages, Math.trunc(height * ratio), height, value);
  },
};
