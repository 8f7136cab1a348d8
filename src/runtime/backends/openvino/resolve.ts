import path from 'node:path';
import { cacheRoot } from '../../../config/cache-location.js';
import { processor } from '../../../machine/processor.js';
import { contentHash } from '../../cache/content.js';
import { entryKey } from '../../cache/environment.js';
import { findLibrary } from './find.js';
import type { RuntimeSettings } from '../../../contracts/backend.js';
import { DEFAULT_COMPUTE, type Precision } from '../../../contracts/compute.js';
import { FdeployError } from '../../../contracts/errors.js';
import type { ModelSource, RuntimeHandle } from '../../../contracts/runtime.js';
import { saturates } from '../onnxruntime/saturation.js';
import { resolveSession } from '../onnxruntime/resolve.js';
import type { Address, OpenVino } from './library.js';
import { openCore } from './request-runtime.js';
import { shareCompiled } from './compiled.js';

/**
 * Prepares a network for OpenVINO, which reads the user's ONNX, the ONNX that a Paddle export was converted to, or the int8
 * network that was made from either.
 * @throws FdeployError BAD_OPTION for a precision that the processor does not have; PACKAGE_MISSING; those of a conversion
 */
export async function resolveOpenVino(
  source: ModelSource,
  settings: RuntimeSettings,
): Promise<RuntimeHandle> {
  refuseDevice(settings.device);
  const asked = await precisionOf(settings.precision ?? 'auto');
  shareCompiled();
  // In int8, OpenVINO reads the network with the quantisation operators that a table gives it.
  const network = asked === 'int8' ? asked : 'float32';
  const plain = { ...settings, precision: network, shareWeights: false } as const;
  const handle = await resolveSession(source, plain);
  if (handle.file.endsWith('.ort')) {
    const message = `${handle.source} is in onnxruntime's own format, which OpenVINO does not read: use the ONNX model`;
    throw new FdeployError('MODEL_UNSUPPORTED', message, { file: handle.source, expected: 'ONNX' });
  }
  // A table may say that a network stays float32.
  const precision = asked === 'int8' ? handle.precision : asked;
  const compiledIn = await compiledFolder(source, handle.file, precision, settings.signal);
  // Filled up inputs change results by more than float32's rounding.
  return {
    ...handle,
    backend: 'openvino',
    precision,
    compiledIn,
    ...(asked !== 'float32' && { fewSizes: true }),
  };
}

/** The file is part of the name: an int8 network and a converted one are named after their content and how they were made. */
async function compiledFolder(
  source: ModelSource,
  file: string,
  precision: string,
  signal?: AbortSignal,
): Promise<string> {
  const root = cacheRoot();
  const content = await contentHash(source, root, signal);
  const parts = [findLibrary()?.version ?? '', processor().name, file, precision];
  return path.join(root, 'openvino', entryKey(content, 'openvino', parts));
}

function refuseDevice(device: string = DEFAULT_COMPUTE.device): void {
  if (device === DEFAULT_COMPUTE.device) return;
  const message = `--device ${device} needs --backend onnxruntime: OpenVINO is used on the CPU only`;
  throw new FdeployError('BAD_OPTION', message, { file: '--device', expected: 'cpu', found: device });
}

/** What networks are computed in: where nothing is asked for, bfloat16 if the processor has instructions for it. */
async function precisionOf(asked: Precision): Promise<Exclude<Precision, 'auto'>> {
  const [vino, core] = await openCore();
  if (asked === 'float32') return asked;
  if (asked === 'int8') {
    if (!saturates()) return asked;
    const message =
      '--precision int8 with OpenVINO needs VNNI instructions, which this processor lacks: use --backend onnxruntime';
    throw new FdeployError('BAD_OPTION', message, { file: '--precision', found: asked });
  }
  const capable = computesBfloat16(vino, core);
  if (asked === 'auto') return capable ? 'bfloat16' : 'float32';
  if (capable) return asked;
  const message = `--precision ${asked}: this processor has no instructions for it`;
  throw new FdeployError('BAD_OPTION', message, { file: '--precision', expected: 'float32', found: asked });
}

/** Whether the processor has instructions for bfloat16. */
export function computesBfloat16(vino: OpenVino, core: Address): boolean {
  return vino.coreProperty(core, 'CPU', 'OPTIMIZATION_CAPABILITIES').split(' ').includes('BF16');
}
