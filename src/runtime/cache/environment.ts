import { createHash } from 'node:crypto';
import os from 'node:os';
import { fdeployVersion } from '../../config/version.js';
import { processorFlags } from '../../machine/processor.js';

/** Incremented with every change of the format of entries. */
const FORMAT = 3;

/** What prepared models depend on besides the model and its backend: fdeploy and the processor's instructions. */
function environment(): string[] {
  return [String(FORMAT), fdeployVersion(), process.platform, process.arch, processorFeatures()];
}

/** The processor's instruction sets if the system lists them, else its model. */
function processorFeatures(): string {
  return processorFlags()?.sort().join(' ') ?? os.cpus()[0]?.model ?? 'unknown';
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
