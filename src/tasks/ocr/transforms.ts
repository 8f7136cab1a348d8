import type { Fields } from '../../config/fields.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Normalisation } from './config.js';

/** Operators of the suites' ymls that only training needs, or that every network gets. */
const IGNORED = [
  'DecodeImage',
  'ToCHWImage',
  'KeepKeys',
  'DetLabelEncode',
  'CTCLabelEncode',
  'MultiLabelEncode',
  'NormalizeImage',
];

/**
 * The operators of `PreProcess.transform_ops` by name.
 * @param known those that the part understands beside the common ones
 * @throws FdeployError OPERATOR_UNSUPPORTED naming any other
 */
export function transformOps(config: Fields | undefined, known: readonly string[]): Map<string, Fields> {
  const ops = new Map<string, Fields>();
  for (const entry of config?.child('PreProcess').children('transform_ops') ?? []) {
    for (const name of entry.keys()) {
      if (!known.includes(name) && !IGNORED.includes(name)) {
        const { file } = entry;
        const message = `${file}: the preprocessing operator ${name} is not supported`;
        throw new FdeployError('OPERATOR_UNSUPPORTED', message, { file, found: name });
      }
      ops.set(name, entry.child(name));
    }
  }
  return ops;
}

/** The yml's normalisation and channel order over a default's. */
export function normalisationOf(ops: ReadonlyMap<string, Fields>, defaults: Normalisation): Normalisation {
  const decode = ops.get('DecodeImage');
  const normalise = ops.get('NormalizeImage');
  return {
    order: decode?.oneOf('img_mode', ['rgb', 'bgr'], defaults.order) ?? defaults.order,
    scale: normalise?.number('scale', defaults.scale) ?? defaults.scale,
    mean: normalise?.triple('mean', defaults.mean) ?? defaults.mean,
    std: normalise?.triple('std', defaults.std) ?? defaults.std,
  };
}
