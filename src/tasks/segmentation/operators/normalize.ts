import type { Fields } from '../../../config/fields.js';
import type { NormalizeStage, Triple } from '../../../ops/picture-stages.js';
import { requireDivisors } from '../../operators/required-fields.js';
import type { SegOperator } from './operator.js';

const HALF: Triple = [0.5, 0.5, 0.5];

/** Three values, or one that holds for all channels. */
function channels(fields: Fields, key: string): Triple {
  const values = fields.numbers(key);
  const [only] = values ?? [];
  if (values?.length === 1 && only !== undefined) return [only, only, only];
  return fields.triple(key, HALF);
}

/** `Normalize`: (pixel / 255 - mean) / std. */
export const normalize: SegOperator<NormalizeStage> = {
  read(fields) {
    const std = requireDivisors(fields, channels(fields, 'std'));
    return { kind: 'normalize', scale: 1 / 255, mean: channels(fields, 'mean'), std };
  },

  apply(stage, stages) {
    stages.add(stage);
  },
};
