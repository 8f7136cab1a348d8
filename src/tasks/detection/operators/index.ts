import { FdeployError } from '../../../contracts/errors.js';
import type { Fields } from '../../../config/fields.js';
import { letterBoxResize } from './letter-box-resize.js';
import { normalizeImage } from './normalize-image.js';
import { pad } from './pad.js';
import { padStride } from './pad-stride.js';
import { permute } from './permute.js';
import { resize } from './resize.js';
import { warpAffine } from './warp-affine.js';
import type { DetOperator, DetState, OperatorContext } from './operator.js';

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

type OperatorName = keyof typeof OPERATORS;

/** An operator of a config with its settings: plain data. */
export type DetStep = {
  [Name in OperatorName]: {
    readonly type: Name;
    readonly settings: (typeof OPERATORS)[Name] extends DetOperator<infer Settings> ? Settings : never;
  };
}[OperatorName];

/**
 * Reads one entry of `Preprocess`.
 * @throws FdeployError OPERATOR_UNSUPPORTED naming the operator and the file, or CONFIG_INVALID
 */
export function readStep(fields: Fields, context: OperatorContext): DetStep {
  const type = fields.string('type', '');
  if (!Object.hasOwn(OPERATORS, type)) {
    const expected = Object.keys(OPERATORS).join(', ');
    const message = `${fields.file}: the preprocess operator ${type || '(without a type)'} is not supported: expected one of ${expected}`;
    throw new FdeployError('OPERATOR_UNSUPPORTED', message, { file: fields.file, expected, found: type });
  }
  const name = type as OperatorName;
  return { type: name, settings: OPERATORS[name].read(fields, context) } as DetStep;
}

/** Applies a step to the picture's state. */
export function applyStep({ type, settings }: DetStep, state: DetState): void {
  (OPERATORS[type] as DetOperator<unknown>).apply(settings, state);
}
