import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { ModelSpec, Notify } from '../../contracts/spec.js';
import type { RecognitionConfig } from './config.js';
import { readDictionary } from './dictionary.js';
import { fixedBatch } from '../batch.js';
import { networkInput } from './network.js';
import type { Part } from './part.js';
import { PROFILES } from './profiles.js';
import { normalisationOf, transformOps } from './transforms.js';

/** Widths of a network that is to see few sizes: chosen by speed and memory with OpenVINO. */
const WIDTH_STEP = 64;

/**
 * Settings of text recognition and its dictionary: the caller's, else those of a pipeline's yaml, else the yml's,
 * else the profile's.
 * @param dictionary the file that goes with the network, where one is known
 * @throws FdeployError CONFIG_INVALID, OPERATOR_UNSUPPORTED, MODEL_UNSUPPORTED, DICTIONARY_MISSING, DICTIONARY_MISMATCH
 */
export async function readRecognition(
  { config, module, name }: Part,
  runtime: RuntimeHandle,
  dictionary: string | undefined,
  spec: ModelSpec,
  notify: Notify,
): Promise<RecognitionConfig> {
  const settings = spec.ocr ?? {};
  const profile = PROFILES[settings.profile ?? 'best'].recognition;
  const decoder = config?.child('PostProcess').string('name', 'CTCLabelDecode') ?? 'CTCLabelDecode';
  if (decoder !== 'CTCLabelDecode') {
    const message = `${name} is decoded by ${decoder}: only CTC recognition is supported`;
    throw new FdeployError('MODEL_UNSUPPORTED', message, { file: config!.file, found: decoder });
  }
  const ops = transformOps(config, ['RecResizeImg']);
  const shape = ops.get('RecResizeImg')?.numbers('image_shape');
  const { dims } = networkInput(runtime);
  const [height, width] = [dims[2]!, dims[3]!];
  const classes = Math.max(0, runtime.outputs[0]!.dims[2]!);
  return {
    ...normalisationOf(ops, profile),
    height: height > 0 ? height : (shape?.[1] ?? profile.height),
    minWidth: width > 0 ? width : (shape?.[2] ?? profile.minWidth),
    maxWidth: profile.maxWidth,
    dynamicWidth: width < 1,
    ...(runtime.fewSizes && { step: WIDTH_STEP }),
    batch: fixedBatch(runtime) ?? settings.recBatch ?? module?.integer('batch_size', 1) ?? profile.batch,
    equalWidths: profile.equalWidths,
    padding: width > 0 ? 0 : profile.padding,
    ...(profile.batchColumns !== undefined && { batchColumns: profile.batchColumns }),
    ...(profile.wideLines && { wideLines: profile.wideLines }),
    dictionary: await readDictionary({ file: dictionary, config, runtime, classes, notify }),
    threshold: spec.threshold ?? module?.number('score_thresh') ?? profile.threshold,
  };
}
