import type { NormalizeStage, Triple } from '../../../ops/picture-stages.js';
import { requireDivisors } from '../../operators/required-fields.js';
import type { DetOperator } from './operator.js';

const BYTE_SCALE = 1 / 255;
const NO_MEAN: Triple = [0, 0, 0];
const NO_STD: Triple = [1, 1, 1];

/** `NormalizeImage`, `Normalize` before 2.0: (pixel / 255 - mean) / std; with `norm_type: none` only the division by 255. */
export const normalizeImage: DetOperator<NormalizeStage> = {
  read(fields) {
    const scale = fields.boolean('is_scale', true) ? BYTE_SCALE : 1;
    // "none" is also YAML's way to leave a field empty
    const none = typeof fields.map.norm_type === 'string' && fields.map.norm_type.toLowerCase() === 'none';
    if (none) return { kind: 'normalize', scale, mean: NO_MEAN, std: NO_STD };
    fields.oneOf('norm_type', ['mean_std'], 'mean_std');
    for (const key of ['mean', 'std']) if (!fields.has(key)) throw fields.invalid(key, 'three numbers');
    const std = requireDivisors(fields, fields.triple('std', NO_STD));
    return { kind: 'normalize', scale, mean: fields.triple('mean', NO_MEAN), std };
  },

  apply(stage, { stages }) {
    stages.add(stage);
  },
};
