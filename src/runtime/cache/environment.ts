import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import os from 'node:os';
import { fdeployVersion } from '../../config/version.js';

/** Incremented with every change of the format of entries. */
const FORMAT = 3;
const CPUINFO_BYTES = 16384;

/** What prepared models depend on besides the model and its backend: fdeploy and the processor's instructions. */
function environment(): string[] {
  return [String(FORMAT), fdeployVersion(), process.platform, process.arch, processorFeatures()];
}

/** The processor's instruction sets if the system lists them, else its model. */
function processorFeatures(): string {
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfoStart())?.[1];
  return flags?.trim().split(/\s+/).sort().join(' ') ?? os.cpus()[0]?.model ?? 'unknown';
}

/** The first processor's paragraph; the file of a large machine has hundreds. */
function cpuinfoStart(): string {
  try {
    const descriptor = openSync('/proc/cpuinfo', 'r');
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

/**
 * The name of an entry.
 * @param content hash of the model's files
 * @param action what was done with the model
 * @param parts what the entry depends on besides `environment`: the backend, its version and settings
 */
export function entryKey(content: string, action: string, parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of [content, action, ...environment(), ...parts]) hash.update(`${part}\n`);
  return hash.digest('hex').slice(0, 40);
}
