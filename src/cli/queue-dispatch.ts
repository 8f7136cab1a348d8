import { existsSync } from 'node:fs';
import path from 'node:path';
import { defaultClones } from '../config/flags/fill.js';
import type { FilledPredictOptions, PredictUserOptions } from '../config/flags/predict-options.js';
import { computeOf } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import type { MakeDispatcher } from '../contracts/dispatcher.js';
import type { ModelSpec } from '../contracts/spec.js';
import { ARTIFACT_KINDS, ARTIFACT_OPTIONS } from '../contracts/artifacts.js';
import { mayNameFile } from '../serve/spec-files.js';

/** Options that belong to `fdeploy worker` when there is a queue. */
const OF_WORKERS = { workers: '--workers', maxWorkerMemory: '--max-worker-memory' } as const;

/**
 * Rejects options that have no effect with a queue.
 * @param given on the command line
 * @throws FdeployError BAD_OPTION
 */
export function checkQueueOptions(given: PredictUserOptions, { run }: FilledPredictOptions): void {
  for (const [name, option] of Object.entries(OF_WORKERS)) {
    if (given[name as keyof typeof OF_WORKERS] === undefined) continue;
    const message = `${option} cannot be used with --queue: give it to fdeploy worker`;
    throw new FdeployError('BAD_OPTION', message, { file: option });
  }
  const used = ARTIFACT_KINDS.filter((kind) => run.artifacts[kind] !== undefined);
  if (used.length === 0) return;
  const option = used.map((kind) => ARTIFACT_OPTIONS[kind]).join(' and ');
  const message = `${option} cannot be used with --queue: the files would be written on the workers' machines`;
  throw new FdeployError('BAD_OPTION', message, { file: option });
}

/**
 * The dispatcher of a run with a queue.
 * @throws FdeployError PACKAGE_MISSING
 */
export async function queueDispatch(
  { url, timeoutMs }: { url: string; timeoutMs: number },
  spec: ModelSpec,
): Promise<MakeDispatcher> {
  const { loadQueuePackages, queueDispatcher } = await import('../dispatch/queue/index.js');
  const { modelFingerprint } = await import('../serve/fingerprint.js');
  const packages = await loadQueuePackages();
  return queueDispatcher({
    packages,
    url,
    timeoutMs,
    sees: ({ source: { locator } }) => locator.kind === 'file' && existsSync(locator.path),
    clonesOn: (cpus) => defaultClones(spec.threads, spec.device, cpus),
    model: async (handle) => {
      const compute = computeOf(Object.values(handle.runtimes));
      return { spec: absoluteSpec(spec), compute, fingerprint: await modelFingerprint(handle, compute) };
    },
  });
}

/** Names of files that exist here become absolute; all others are names. */
function absoluteSpec(spec: ModelSpec): ModelSpec {
  const entries = Object.entries(spec).map(([name, value]: [string, unknown]) => [
    name,
    mayNameFile(name, value) && existsSync(value) ? path.resolve(value) : value,
  ]);
  return Object.fromEntries(entries) as ModelSpec;
}
