import { FdeployError } from '../../../contracts/errors.js';
import type { Fields } from '../../../config/fields.js';
import type { StageList, Triple } from '../../../ops/stages.js';
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

function padTo(stages: StageList, width: number, height: number, value: Triple): void {
  if (width < stages.width || height < stages.height) {
    const message = `the picture is ${stages.width} x ${stages.height}, larger than the padding to ${width} x ${height}`;
    throw new FdeployError('IMAGE_TOO_LARGE', message);
  }
  if (width === stages.width && height === stages.height) return;
  stages.add({ kind: 'pad', left: 0, top: 0, width, height, value });
}

/** `Padding`: to `target_size` (width first) at the right and the lower edge. */
export const padding: SegOperator<{ width: number; height: number; value: Triple }> = {
  read(fields) {
    const size = fields.pair('target_size');
    if (!size) throw fields.invalid('target_size', 'one or two whole numbers of at least 1');
    return { width: size[0], height: size[1], value: valueOf(fields) };
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
