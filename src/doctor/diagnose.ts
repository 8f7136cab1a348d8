import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import path from 'node:path';
import { cacheLimit } from '../config/cache-location.js';
import { fdeployVersion } from '../config/version.js';
import type { BackendState } from '../contracts/backend.js';
import { DEFAULT_COMPUTE } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import { usableCpus } from '../machine/cpus.js';
import { usableMemory } from '../machine/memory.js';
import { processor, type Processor } from '../machine/processor.js';
import { examineBackends } from '../runtime/index.js';
import { cacheRoot, listEntries } from '../runtime/prepared-models.js';

/** Packages that add features, and what they are for. */
const OPTIONAL_PACKAGES = {
  koffi: 'OpenVINO',
  '@hyzyla/pdfium': 'PDF files',
  '@huggingface/hub': 'models by name',
  bullmq: 'queues of workers',
  ioredis: 'queues of workers',
  zod: 'queues of workers',
} as const;

export interface Diagnosis {
  versions: { fdeploy: string; node: string };
  system: { platform: string; architecture: string; release: string };
  processor: Processor;
  /** `usable`: by the affinity mask and the cgroup's quota. */
  cpus: { usable: number; machine: number };
  memory: { usableMiB: number; machineMiB: number };
  /** The backend that is used unless another one is asked for. */
  defaultBackend: string;
  backends: Record<string, BackendState>;
  cache: {
    folder: string;
    models: number;
    bytes: number;
    limitBytes?: number;
    /** Why it cannot be used. */
    problem?: string;
  };
  packages: Record<string, { version?: string; for: string }>;
}

/** Examines this machine. Nothing is written. */
export async function diagnose(): Promise<Diagnosis> {
  return {
    versions: { fdeploy: fdeployVersion(), node: process.versions.node },
    system: { platform: process.platform, architecture: process.arch, release: release() },
    processor: processor(),
    cpus: { usable: usableCpus(), machine: Math.max(cpus().length, availableParallelism()) },
    memory: { usableMiB: usableMemory() / 1024 ** 2, machineMiB: totalmem() / 1024 ** 2 },
    defaultBackend: DEFAULT_COMPUTE.backend,
    backends: await examineBackends(),
    cache: cache(),
    packages: packages(),
  };
}

function cache(): Diagnosis['cache'] {
  const folder = cacheRoot();
  const entries = listEntries(folder);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const facts = { folder, models: entries.length, bytes };
  try {
    const limitBytes = cacheLimit();
    const problem = unwritable(folder);
    return { ...facts, limitBytes, ...(problem !== undefined && { problem }) };
  } catch (error) {
    if (!(error instanceof FdeployError)) throw error;
    return { ...facts, problem: error.message };
  }
}

/** Why the cache cannot be written. A folder that is missing is made when it is needed. */
function unwritable(folder: string): string | undefined {
  let at = folder;
  while (!existsSync(at) && path.dirname(at) !== at) at = path.dirname(at);
  try {
    accessSync(at, constants.W_OK);
    return undefined;
  } catch (error) {
    return `it cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)} at ${at}): set FDEPLOY_CACHE to another folder`;
  }
}

function packages(): Diagnosis['packages'] {
  const found: Diagnosis['packages'] = {};
  for (const [name, use] of Object.entries(OPTIONAL_PACKAGES)) {
    const version = versionOf(name);
    found[name] = { for: use, ...(version !== undefined && { version }) };
  }
  return found;
}

/** The version of an installed package, which may not export its package.json. */
function versionOf(name: string): string | undefined {
  const { resolve } = createRequire(import.meta.url);
  for (const folder of resolve.paths(name) ?? []) {
    const file = path.join(folder, name, 'package.json');
    if (!existsSync(file)) continue;
    return (createRequire(import.meta.url)(file) as { version?: string }).version;
  }
  return undefined;
}
