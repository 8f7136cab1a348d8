import { FdeployError } from '../../../contracts/errors.js';
import type { RuntimeHandle } from '../../../contracts/runtime.js';
import type { Notify } from '../../../contracts/spec.js';
import { clasConfigOf, preprocessingOf, type ClasConfig } from '../../classification/read-config.js';
import type { Part } from '../part.js';

/** Classes of a page orientation network, in the order of PaddleX's export. */
const LABELS = ['0', '90', '180', '270'];

/**
 * Settings of the page orientation network. It is a PaddleClas export whose labels are degrees.
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED, MODEL_UNSUPPORTED
 */
export async function readPageOrientation(
  { name, config }: Part,
  runtime: RuntimeHandle,
  notify: Notify,
): Promise<ClasConfig> {
  const preprocessing = preprocessingOf({ name, config }, notify);
  const clas = await clasConfigOf(
    { name, config, runtime },
    preprocessing,
    { topk: 1, batchSize: 1 },
    notify,
  );
  const labels = clas.labels.length > 0 ? clas.labels : LABELS;
  if (!isPermutation(labels)) {
    const file = config?.file ?? runtime.source;
    const expected = `the labels ${LABELS.join(', ')}`;
    const found = labels.join(', ');
    const message = `${file} is not a page orientation model's: expected ${expected} but found ${found}`;
    throw new FdeployError('MODEL_UNSUPPORTED', message, { file, expected, found });
  }
  return { ...clas, postprocessing: { kind: 'topk', topk: 1 }, labels };
}

const isPermutation = (labels: ClasConfig['labels']): boolean =>
  labels.length === LABELS.length && LABELS.every((label) => labels.includes(label));
