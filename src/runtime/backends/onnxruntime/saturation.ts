import { readFileSync } from 'node:fs';

/** Whether products of uint8 and int8 are summed in 16 bits, which may saturate: x64 without the VNNI instructions. */
export function saturates(): boolean {
  if (process.arch !== 'x64') return false;
  try {
    return !/^flags\s*:.*\b(?:avx512_vnni|avx_vnni)\b/m.test(readFileSync('/proc/cpuinfo', 'latin1'));
  } catch {
    return true;
  }
}

let found: boolean | undefined;

/** Settings of a session in which int8 products do not saturate: slower kernels on processors without VNNI. */
export function exactProducts(int8: boolean): Readonly<Record<string, string>> {
  if (!int8) return {};
  found ??= saturates();
  return found ? { x64quantprecision: '1' } : {};
}
