import { padTo } from '../../operators/checked-stages.js';
import type { DetOperator } from './operator.js';

/** `PadStride`: zeros at the right and the lower edge, up to the next multiple of the stride. */
export const padStride: DetOperator<{ stride: number }> = {
  read(fields) {
    const stride = fields.number('stride', 0);
    if (!Number.isSafeInteger(stride)) throw fields.invalid('stride', 'a whole number');
    return { stride };
  },

  apply({ stride }, { stages }) {
    if (stride <= 0) return;
    const width = Math.ceil(stages.width / stride) * stride;
    const height = Math.ceil(stages.height / stride) * stride;
    padTo(stages, width, height, [0, 0, 0]);
  },
};
