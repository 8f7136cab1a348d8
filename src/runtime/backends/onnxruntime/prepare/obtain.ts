import type { ModelSource } from '../../../../contracts/runtime.js';
import type { Notify } from '../../../../contracts/spec.js';
import { deserializeError, FdeployError } from '../../../../contracts/errors.js';
import { prepareLimits, type Limits } from './limits.js';
import type { PreparedNetwork } from '../../../network.js';
import type { PrepareJob } from './messages.js';
import { runChild } from './run-child.js';
import { sourceFiles } from '../../../cache/content.js';
import { entryFolder, readEntry, type Manifest } from '../../../cache/entry.js';
import { systemError } from '../../../../files/shared-files.js';
import { cacheLimit } from '../../../../config/cache-location.js';
import { simplifies } from './simplifies.js';
import { evict, lease } from '../../../cache/usage.js';

/** Thrown if a cache folder cannot be written: no permission, disk full. */
export class CacheUnusable extends Error {}
/** Thrown if a model cannot be prepared: the child crashed, or the outputs differ from the original's. */
export class NotPreparable extends Error {}

export interface EntryRequest {
  key: string;
  source: ModelSource;
  /** The user's file, for messages. */
  name: string;
  action: PrepareJob['action'];
  quantization?: PrepareJob['quantization'];
  notify: Notify;
  signal?: AbortSignal;
}

export interface Entry {
  folder: string;
  network: PreparedNetwork;
}

/**
 * The entry of a request: an existing one, or a new one made by a child process.
 * @throws FdeployError if the model is invalid, or PREPARE_LIMIT; CacheUnusable; NotPreparable; the signal's reason
 */
export async function obtainEntry(root: string, request: EntryRequest): Promise<Entry> {
  const { key, notify, name } = request;
  const before = look(root, key);
  if (before === 'damaged') {
    notify(`The prepared copy of ${name} in the cache is damaged; it is made again.`);
  }
  lease(root, key);
  const { network } = before === undefined || before === 'damaged' ? await create(root, request) : before;
  return { folder: entryFolder(root, key), network };
}

async function create(root: string, request: EntryRequest): Promise<Manifest> {
  await make(root, request);
  const made = look(root, request.key);
  if (made === undefined || made === 'damaged') throw new CacheUnusable('it does not keep what is written');
  for (const { rule, reason } of made.network.graph?.leftOut ?? []) {
    const what = rule === undefined ? 'simplifications' : `the simplification "${rule}"`;
    request.notify(`${request.name} is prepared without ${what}: ${reason}.`);
  }
  await evict(root, cacheLimit());
  return made;
}

function look(root: string, key: string): Manifest | 'damaged' | undefined {
  try {
    return readEntry(root, key);
  } catch (error) {
    const code = systemError(error);
    throw code === undefined ? error : unusable(code);
  }
}

/** System errors that mean that the cache cannot be written. */
const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left',
  EDQUOT: 'quota exceeded',
  EFBIG: 'no space left',
  ENOTDIR: 'not a folder',
  EEXIST: 'not a folder',
  EIO: 'input/output error',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'no folder can be made there',
  ELOOP: 'its symbolic links form a loop',
};

function unusable(code: string): CacheUnusable {
  return new CacheUnusable(UNUSABLE[code] ?? code);
}

/** With pre-packed weights; if that fails, without; if that fails too, not at all. */
async function make(root: string, request: EntryRequest): Promise<void> {
  const { key, source, action, name, quantization, signal } = request;
  const limits = prepareLimits(await sourceFiles(source));
  let failure = '';
  let killed = false;
  const attempts = action === 'prepare' ? [true, false] : [false];
  for (let prepack = attempts.shift(); prepack !== undefined; prepack = attempts.shift()) {
    const outcome = await runChild(
      { root, key, source, action, prepack, simplify: simplifies(), quantization, limits },
      signal,
    );
    switch (outcome.type) {
      case 'done':
        return;
      case 'invalid':
        throw deserializeError(outcome.error);
      case 'unwritable':
        throw unusable(outcome.code);
      case 'limit':
        throw limitError(name, outcome.limit, limits);
      case 'crashed':
        if (outcome.killed && !killed) attempts.unshift(prepack); // killed by the system or the user: try again
        killed = outcome.killed;
        failure = `preparing it failed with ${outcome.reason}`;
        break;
      case 'different':
        failure = outcome.reason;
        break;
    }
  }
  throw new NotPreparable(failure);
}

function limitError(name: string, limit: keyof Limits, { seconds, bytes }: Limits): FdeployError {
  const [took, variable] =
    limit === 'seconds'
      ? [`longer than ${seconds} s`, 'FDEPLOY_PREPARE_TIMEOUT']
      : [`more than ${(bytes / 2 ** 30).toFixed(1)} GiB of memory`, 'FDEPLOY_PREPARE_MEMORY'];
  const message = `preparing ${name} took ${took} and was ended (${variable} sets the limit)`;
  return new FdeployError('PREPARE_LIMIT', message, { file: name, found: took });
}
