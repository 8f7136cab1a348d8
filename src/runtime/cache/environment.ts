import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { SIMPLIFIER_VERSION } from '../../onnx/simplify/version.js';
import { simplifies } from './location.js';

/** Raised with every change of how entries are written. */
const FORMAT = 2;
const CPUINFO_BYTES = 16384;

const requireJson = createRequire(import.meta.url);

function versionOf(packageJson: string): string {
  return (requireJson(packageJson) as { version: string }).version;
}

/** onnxruntime's version, without loading it. */
export function onnxruntimeVersion(): string {
  return versionOf('onnxruntime-node/package.json');
}

/** Versions of what computes results, by name. */
export function softwareVersions(): Record<'fdeploy' | 'onnxruntime', string> {
  return { fdeploy: versionOf('../../../package.json'), onnxruntime: onnxruntimeVersion() };
}

/** What a prepared model depends on beside the model: the software and the processor's instructions. */
function environment(): string[] {
  return [
    String(FORMAT),
    ...Object.values(softwareVersions()),
    process.platform,
    process.arch,
    processorFeatures(),
    simplifies() ? `simplified ${SIMPLIFIER_VERSION}` : 'untouched',
  ];
}

/** The processor's instruction sets where the system lists them, else its model. */
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

/** The name of an entry: of a model's content, what was done with it, and what that depends on. */
export function entryKey(content: string, action: string): string {
  const hash = createHash('sha256');
  for (const part of [content, action, ...environment()]) hash.update(`${part}\n`);
  return hash.digest('hex').slice(0, 40);
}
