import { stat } from 'node:fs/promises';
import { defaultMode } from '../config/flags/fill.js';
import { DEFAULT_QUEUE_TIMEOUT, queueOf, type WorkerUserOptions } from '../config/flags/queue.js';
import { FdeployError } from '../contracts/errors.js';
import { loadQueuePackages } from '../dispatch/queue/index.js';
import { configureProcess } from '../runtime/index.js';
import { serve } from '../serve/index.js';
import { AddressRule } from '../sources/address-rule.js';
import { messageLine } from './messages.js';
import { signalExitCode, watchSignals } from './signals.js';

/**
 * `fdeploy worker`: predicts for runs of other machines until a signal.
 * @returns the exit code
 * @throws FdeployError BAD_OPTION, PACKAGE_MISSING; QUEUE_UNAVAILABLE if Redis stays away
 */
export async function worker(given: WorkerUserOptions): Promise<number> {
  const url = queueOf(given.queue);
  if (url === undefined) {
    throw new FdeployError('BAD_OPTION', '--queue or FDEPLOY_QUEUE is required: redis://host/0', {
      file: '--queue',
    });
  }
  const roots = given.root ?? [process.cwd()];
  for (const root of roots) await requireFolder(root);
  const rule = new AddressRule(given.allowHost);
  const packages = await loadQueuePackages();
  const say = (sentence: string): void => {
    if (!given.quiet) process.stderr.write(messageLine(sentence));
  };
  configureProcess({ openvino: given.openvino });
  const watch = watchSignals(
    () => {
      say('leaving: finishing the pictures in progress; interrupt again to stop at once');
    },
    () => undefined,
  );
  try {
    await serve({
      url,
      timeoutMs: (given.queueTimeout ?? DEFAULT_QUEUE_TIMEOUT) * 1000,
      mode: given.mode ?? (given.device === undefined ? undefined : defaultMode(given.device)),
      backend: given.backend,
      device: given.device,
      workers: given.workers,
      threadsPerWorker: given.threadsPerWorker,
      maxWorkerMemoryMiB: given.maxWorkerMemory,
      roots,
      rule,
      maps: given.map ?? [],
      packages,
      notify: say,
      signal: watch.signal,
    });
  } finally {
    watch.stop();
  }
  return signalExitCode(watch.caught ?? 'SIGTERM');
}

async function requireFolder(root: string): Promise<void> {
  const info = await stat(root).catch(() => undefined);
  if (info?.isDirectory()) return;
  throw new FdeployError('BAD_OPTION', `--root must be a folder, and '${root}' is none`, { file: '--root' });
}
