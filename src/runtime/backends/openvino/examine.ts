import type { BackendState } from '../../../contracts/backend.js';
import { findLibrary } from './find.js';
import { openCore } from './request-runtime.js';
import { computesBfloat16 } from './resolve.js';

/** Where OpenVINO is, and what it computes with; or why it cannot be used. */
export async function examineOpenVino(): Promise<BackendState> {
  const found = findLibrary();
  try {
    const [vino, core] = await openCore();
    const description = vino.coreProperty(core, 'CPU', 'FULL_DEVICE_NAME');
    const precisions = computesBfloat16(vino, core)
      ? (['float32', 'bfloat16'] as const)
      : (['float32'] as const);
    return { ...found, precisions, devices: [{ name: 'cpu', description }] };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...found, problem, precisions: [], devices: [] };
  }
}
