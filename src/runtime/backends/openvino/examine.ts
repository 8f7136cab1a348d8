import { messageOf } from '../../../contracts/errors.js';
import type { BackendState } from '../../../contracts/backend.js';
import type { Precision } from '../../../contracts/compute.js';
import { saturates } from '../onnxruntime/saturation.js';
import { findLibrary } from './find.js';
import { openCore } from './request-runtime.js';
import { computesBfloat16 } from './resolve.js';

/** Where OpenVINO is, and what it computes with; or why it cannot be used. */
export async function examineOpenVino(): Promise<BackendState> {
  const found = findLibrary();
  try {
    const [vino, core] = await openCore();
    const description = vino.coreProperty(core, 'CPU', 'FULL_DEVICE_NAME');
    const precisions: Precision[] = ['float32'];
    if (computesBfloat16(vino, core)) precisions.push('bfloat16');
    if (!saturates()) precisions.push('int8');
    return { ...found, precisions, devices: [{ name: 'cpu', description }] };
  } catch (error) {
    const problem = messageOf(error);
    return { ...found, problem, precisions: [], devices: [] };
  }
}
