import { FdeployError } from '../../../contracts/errors.js';
import type { Triple } from '../../../ops/stages.js';
import type { DetOperator } from './operator.js';

export interface PadSettings {
  height: number;
  width: number;
  fill: Triple;
}

/** `Pad`: to `size` with `fill_value` at the right and the lower edge. */
export const pad: DetOperator<PadSettings> = {
  read(fields) {
    const size = fields.pair('size');
    if (!size) throw fields.invalid('size', 'one or two whole numbers of at least 1');
    return { height: size[0], width: size[1], fill: fields.triple('fill_value', [114, 114, 114]) };
  },

  apply({ height, width, fill }, { stages }) {
    if (width === stages.width && height === stages.height) return;
    if (width < stages.width || height < stages.height) {
      const message = `the picture is ${stages.width} x ${stages.height}, larger than the padding to ${width} x ${height}`;
      throw new FdeployError('IMAGE_TOO_LARGE', message);
    }
    stages.add({ kind: 'pad', left: 0, top: 0, width, height, value: fill });
  },
};
