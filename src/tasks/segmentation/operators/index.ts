import type { Fields } from '../../../config/fields.js';
import { applyStep as apply, readStep as read, type StepOf } from '../../operators/table.js';
import type { Notify } from '../../../contracts/spec.js';
import type { StageList } from '../../../ops/picture-stages.js';
import { limitLong, limitShort } from './limit.js';
import { normalize } from './normalize.js';
import { padding, paddingByAspectRatio } from './padding.js';
import { permute } from './permute.js';
import { resizeByLong, resizeByShort, resizeRangeScaling } from './resize-by-side.js';
import { resizeToIntMult, resizeToMultiple } from './resize-to-multiple.js';
import { resize } from './resize.js';

/** Every operator of `transforms` by its `type`. */
const OPERATORS = {
  Normalize: normalize,
  Resize: resize,
  ResizeByLong: resizeByLong,
  ResizeByShort: resizeByShort,
  LimitLong: limitLong,
  LimitShort: limitShort,
  ResizeRangeScaling: resizeRangeScaling,
  ResizeToMultiple: resizeToMultiple,
  ResizeToIntMult: resizeToIntMult,
  Padding: padding,
  PaddingByAspectRatio: paddingByAspectRatio,
  Permute: permute,
} as const;

/** An operator of a config with its settings: plain data. */
export type SegStep = StepOf<typeof OPERATORS>;

/**
 * Reads one entry of `transforms`.
 * @throws FdeployError OPERATOR_UNSUPPORTED naming the operator and the file, or CONFIG_INVALID
 */
export function readStep(fields: Fields, notify: Notify): SegStep {
  return read(OPERATORS, 'transform', fields, notify);
}

/** Applies a step to the picture's stages. */
export function applyStep(step: SegStep, stages: StageList): void {
  apply(OPERATORS, step, stages);
}
