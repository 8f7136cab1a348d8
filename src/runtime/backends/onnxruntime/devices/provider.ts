import type * as ort from 'onnxruntime-node';
import { DEFAULT_COMPUTE } from '../../../../contracts/compute.js';

/** `cuda:1` is device 1 of the kind cuda; only cuda has numbers. */
export function partsOf(name: string): { kind: string; number: number } {
  const [kind = '', number = '0'] = name.split(':');
  return { kind, number: Number(number) };
}

/** onnxruntime's provider of a device. The operators that a provider lacks run on the CPU. */
export function providerOf(
  device: string = DEFAULT_COMPUTE.device,
): ort.InferenceSession.ExecutionProviderConfig {
  const { kind, number } = partsOf(device);
  return kind === 'cuda' ? { name: 'cuda', deviceId: number } : kind;
}

/** What to do if a device's memory is full. */
const MEMORY_HINT = 'its memory is full: lower --workers or --batch-size';

/** onnxruntime's message, with what to do if the device's memory is full. */
export function explained(message: string, device: string): string {
  const full = /out of memory|OutOfMemory|failed to allocate|ALLOC_FAILED/i.test(message);
  return full && device !== DEFAULT_COMPUTE.device
    ? `--device ${device}: ${MEMORY_HINT} (${message})`
    : message;
}
