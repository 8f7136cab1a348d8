/** The process that prepares a model: what crashes here costs no run. It does one job and ends. */
import { asFdeployError, serializeError } from '../../contracts/errors.js';
import { errorCode } from '../cache/files.js';
import { IncompleteWeights } from './layout.js';
import type { FromChild, PrepareJob } from './messages.js';
import { DifferentOutputs, prepareNetwork } from './prepare.js';

/** What a file system says when it has no room or gives no permission. */
const UNWRITABLE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT']);

async function answer(job: PrepareJob): Promise<FromChild> {
  try {
    return { type: 'done', network: await prepareNetwork(job) };
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): FromChild {
  if (error instanceof DifferentOutputs) return { type: 'different', reason: error.message };
  if (error instanceof IncompleteWeights) return { type: 'unwritable', code: 'ENOSPC' };
  const code = errorCode(error);
  if (UNWRITABLE.has(code)) return { type: 'unwritable', code };
  return { type: 'invalid', error: serializeError(asFdeployError(error)) };
}

process.once('message', (job: PrepareJob) => {
  void answer(job).then((message) => {
    process.send?.(message, () => {
      process.disconnect();
    });
  });
});
process.once('disconnect', () => {
  // The answer is given, or nobody waits for it any more.
  process.kill(process.pid, 'SIGKILL');
});
