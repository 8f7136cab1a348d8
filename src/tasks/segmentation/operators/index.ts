import { FdeployError } from '../../../contracts/errors.js';
import type { Fields } from '../../../config/fields.js';
import type { Notify } from '../../../contracts/spec.js';
import type { StageList } from '../../../ops/stages.js';
import { limitLong, limitShort } from './limit.js';
import { normalize } from './normalize.js';
import { padding, paddingByAspectRatio } from './padding.js';
import { permute } from './permute.js';
import { resizeByLong, resizeByShort, resizeRangeScaling } from './resize-by-side.js';
import { resizeToIntMult, resizeToMultiple } from './resize-to-multiple.js';
import { resize } from './resize.js';
import type { SegOperator } from './operator.js';

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

type OperatorName = keyof typeof OPERATORS;

/** An operator of a config with its settings: plain data. */
export type SegStep = {
  [Name in OperatorName]: {
    readonly type: Name;
    readonly settings: (typeof OPERATORS)[Name] extends SegOperator<infer Settings> ? Settings : never;
  };
}[OperatorName];

/**
 * Reads one entry of `transforms`.
 * @throws FdeployError OPERATOR_UNSUPPORTED naming the operator and the file, or CONFIG_INVALID
 */
export function readStep(fields: Fields, notify: Notify): SegStep {
  const type = fields.string('type', '');
  if (!Object.hasOwn(OPERATORS, type)) {
    const expected = Object.keys(OPERATORS).join(', ');
    const message = `${fields.file}: the transform ${type || '(without a type)'} is not supported: expected one of ${expected}`;
    throw new FdeployError('OPERATOR_UNSUPPORTED', message, { file: fields.file, expected, found: type });
  }
  const name = type as OperatorName;
  return { type: name, settings: OPERATORS[name].read(fields, notify) } as SegStep;
}

/** Applies a step to the picture's stages. */
export function applyStep({ type, settings }: SegStep, stages: StageList): void {
  (OPERATORS[type] as SegOperator<unknown>).apply(settings, stages);
}
