/** The process that prepares a model, so that a crash does not end the run. It does one job and exits. */
import { readdir, rm } from 'node:fs/promises';
import { asFdeployError, serializeError } from '../../../../contracts/errors.js';
import { publishEntry, readEntry, removeEntry } from '../../../cache/entry.js';
import { systemError } from '../../../../files/shared-files.js';
import { makeFolders, temporaryFolder } from '../../../cache/temporary.js';
import { IncompleteWeights } from './layout.js';
import type { ChildJob, FromChild } from './messages.js';
import { DifferentOutputs, prepareNetwork } from './prepare.js';
import { LockFailed, Watch } from './watch.js';

async function answer(job: ChildJob): Promise<FromChild> {
  try {
    makeFolders(job.root);
    const watch = new Watch(job);
    try {
      await watch.held;
      return (await isMade(job)) ? { type: 'done' } : await make(job);
    } finally {
      await watch.release();
    }
  } catch (error) {
    return explain(error);
  }
}

/** Whether the previous holder of the lock has made the entry. */
async function isMade({ root, key }: ChildJob): Promise<boolean> {
  const entry = readEntry(root, key);
  if (entry === 'damaged') await removeEntry(root, key);
  return entry !== undefined && entry !== 'damaged';
}

async function make(job: ChildJob): Promise<FromChild> {
  const { root, key, source, action, prepack, simplify, quantization } = job;
  const directory = await temporaryFolder(root, key);
  try {
    const content = {
      source: source.kind === 'onnx' ? source.file : source.model,
      backend: 'onnxruntime',
      action,
      network: await prepareNetwork({ source, action, directory, prepack, simplify, quantization }),
    };
    await publishEntry(root, key, directory, content, await readdir(directory));
    return { type: 'done' };
  } finally {
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

function explain(error: unknown): FromChild {
  if (error instanceof DifferentOutputs) return { type: 'different', reason: error.message };
  if (error instanceof IncompleteWeights) return { type: 'unwritable', code: 'ENOSPC' };
  const code = error instanceof LockFailed ? error.code : systemError(error);
  if (code !== undefined) return { type: 'unwritable', code };
  return { type: 'invalid', error: serializeError(asFdeployError(error)) };
}

const vanish = (): void => {
  process.kill(process.pid, 'SIGKILL');
};
// Until the watchdog has started, this is the only check that the parent is alive.
process.once('disconnect', vanish);
// A terminal sends Ctrl-C to the whole group: the parent decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.once('message', (job: ChildJob) => {
  process.off('disconnect', vanish);
  void answer(job).then((message) => {
    if (process.send) process.send(message, vanish);
    else vanish();
  });
});
