import type { Fields } from '../../../config/fields.js';
import { applyStep as apply, readStep as read, type StepOf } from '../../operators/table.js';
import { letterBoxResize } from './letter-box-resize.js';
import { normalizeImage } from './normalize-image.js';
import { pad } from './pad.js';
import { padStride } from './pad-stride.js';
import { permute } from './permute.js';
import { resize } from './resize.js';
import { warpAffine } from './warp-affine.js';
import type { DetState, OperatorContext } from './operator.js';

/** Every operator of `Preprocess` by its `type`. */
const OPERATORS = {
  Resize: resize,
  NormalizeImage: normalizeImage,
  Normalize: normalizeImage,
  Permute: permute,
  PadStride: padStride,
  Pad: pad,
  LetterBoxResize: letterBoxResize,
  WarpAffine: warpAffine,
} as const;

/** An operator of a config with its settings: plain data. */
export type DetStep = StepOf<typeof OPERATORS>;

/**
 * Reads one entry of `Preprocess`.
 * @throws FdeployError OPERATOR_UNSUPPORTED naming the operator and the file, or CONFIG_INVALID
 */
export function readStep(fields: Fields, context: OperatorContext): DetStep {
  return read(OPERATORS, 'preprocess operator', fields, context);
}

/** Applies a step to the picture's state. */
export function applyStep(step: DetStep, state: DetState): void {
  apply(OPERATORS, step, state);
}
