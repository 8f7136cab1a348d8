import type { Triple } from '../../../ops/picture-stages.js';
import { requirePair } from '../../operators/required-fields.js';
import { padTo } from '../../operators/checked-stages.js';
import type { DetOperator } from './operator.js';

export interface PadSettings {
  height: number;
  width: number;
  fill: Triple;
}

/** `Pad`: to `size` with `fill_value` at the right and the lower edge. */
export const pad: DetOperator<PadSettings> = {
  read(fields) {
    const [height, width] = requirePair(fields, 'size');
    return { height, width, fill: fields.triple('fill_value', [114, 114, 114]) };
  },

  apply({ height, width, fill }, { stages }) {
    padTo(stages, width, height, fill);
  },
};
