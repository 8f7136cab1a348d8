import { access } from 'node:fs/promises';
import { FdeployError } from '../contracts/errors.js';
import type { RuntimeHandle } from '../contracts/runtime.js';
import type { Notify } from '../contracts/spec.js';
import { describeOnnx } from '../onnx/describe.js';

/** The file or files of one network. */
export type RuntimeSource =
  | { kind: 'onnx'; file: string }
  /** `model`: a .pdmodel or PIR .json; `params` is left out where the model has none or stands beside it. */
  | { kind: 'paddle'; model: string; params?: string };

export interface RuntimeSettings {
  /** Intra-op threads of one session. */
  threads: number;
  /** false: every clone loads its own weights. */
  shareWeights: boolean;
  notify: Notify;
}

/**
 * Makes a network ready to be opened anywhere, without a session in this process.
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED, LFS_POINTER
 */
export async function resolveRuntime(
  source: RuntimeSource,
  settings: RuntimeSettings,
): Promise<RuntimeHandle> {
  if (source.kind === 'paddle') {
    throw new FdeployError('MODEL_UNSUPPORTED', `${source.model} is no ONNX model`, { file: source.model });
  }
  const { file } = source;
  await access(file).catch((cause: unknown) => {
    throw new FdeployError('MODEL_NOT_FOUND', `${file} does not exist or cannot be read`, { file, cause });
  });
  const { inputs, outputs, metadata } = describeOnnx(file);
  return { file, source: file, prepared: false, threads: settings.threads, inputs, outputs, metadata };
}
