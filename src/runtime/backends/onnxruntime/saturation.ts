import { processor } from '../../../machine/processor.js';

/** Whether products of uint8 and int8 are summed in 16 bits, which may saturate: x64 without the VNNI instructions. */
export function saturates(): boolean {
  return process.arch === 'x64' && processor().features?.vnni !== true;
}

let found: boolean | undefined;

/** Settings of a session in which int8 products do not saturate: slower kernels on processors without VNNI. */
export function exactProducts(int8: boolean): Readonly<Record<string, string>> {
  if (!int8) return {};
  found ??= saturates();
  return found ? { x64quantprecision: '1' } : {};
}
