import { closeSync, openSync, readSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';

const CPUINFO_BYTES = 16384;

/** Instructions that decide which precision is fast, and the flags of /proc/cpuinfo that stand for them. */
const FEATURES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  x64: {
    avx2: ['avx2'],
    avx512: ['avx512f'],
    vnni: ['avx512_vnni', 'avx_vnni'],
    bf16: ['avx512_bf16', 'amx_bf16'],
    amx: ['amx_tile'],
  },
  arm64: { dotprod: ['asimddp'], i8mm: ['i8mm'], bf16: ['bf16'], sve: ['sve'] },
};

/** The processor as its instructions matter to networks. */
export interface Processor {
  name: string;
  /** Whether it has the instructions, by name. Absent if the system does not list them. */
  features?: Readonly<Record<string, boolean>>;
}

/**
 * The processor of this machine.
 * @param root folder of /proc
 */
export function processor(root = '/', architecture: string = process.arch): Processor {
  const name = cpus()[0]?.model.trim() ?? architecture;
  const known = FEATURES[architecture];
  const flags = processorFlags(root);
  if (!known || !flags) return { name };
  const features = Object.fromEntries(
    Object.entries(known).map(([feature, names]) => [feature, names.some((flag) => flags.includes(flag))]),
  );
  return { name, features };
}

/**
 * The processor's instruction sets, as the system calls them.
 * @returns undefined if the system does not list them
 */
export function processorFlags(root = '/'): string[] | undefined {
  // x64 has "flags", arm64 has "Features".
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfoStart(root))?.[1];
  return flags?.trim().split(/\s+/);
}

/** The first processor's paragraph; the file of a large machine has hundreds. */
function cpuinfoStart(root: string): string {
  try {
    const descriptor = openSync(path.join(root, 'proc/cpuinfo'), 'r');
    try {
      const bytes = Buffer.alloc(CPUINFO_BYTES);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}
