import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { deserializeError } from '../../contracts/errors.js';
import type { ModelSource } from '../../contracts/runtime.js';
import type { Notify } from '../../contracts/spec.js';
import type { PreparedNetwork, PrepareJob } from '../prepare/messages.js';
import { runChild } from '../prepare/run-child.js';
import { entryFolder, publishEntry, readEntry, removeEntry, type Manifest } from './entry.js';
import { onnxruntimeVersion } from './environment.js';
import { errorCode } from './files.js';
import { cacheLimit, simplifies } from './location.js';
import { withLock } from './lock.js';
import { temporaryFolder } from './temporary.js';
import { evict, lease } from './usage.js';

/** Thrown where a cache folder cannot be written: no permission, no room. */
export class CacheUnusable extends Error {}
/** Thrown where a model cannot be prepared: the child crashed, or the outputs are not the original's. */
export class NotPreparable extends Error {}

export interface EntryRequest {
  key: string;
  source: ModelSource;
  /** The user's file, for messages. */
  name: string;
  action: PrepareJob['action'];
  notify: Notify;
}

export interface Entry {
  folder: string;
  network: PreparedNetwork;
}

/**
 * The entry of a request: the one that is there, or a new one that a child process makes.
 * @throws FdeployError where the model is at fault; CacheUnusable; NotPreparable
 */
export async function obtainEntry(root: string, request: EntryRequest): Promise<Entry> {
  const { key, notify, name } = request;
  let manifest = await usable(root, key);
  if (manifest === 'damaged') {
    notify(`The prepared copy of ${name} in the cache is damaged; it is made again.`);
  }
  if (manifest === undefined || manifest === 'damaged') manifest = await create(root, request);
  await lease(root, key);
  return { folder: entryFolder(root, key), network: manifest.network };
}

async function usable(root: string, key: string): Promise<Manifest | 'damaged' | undefined> {
  try {
    return await readEntry(root, key);
  } catch (error) {
    throw unusable(error);
  }
}

async function create(root: string, request: EntryRequest): Promise<Manifest> {
  const { key } = request;
  const whole = async (): Promise<Manifest | undefined> => {
    const entry = await readEntry(root, key);
    return entry === 'damaged' ? undefined : entry;
  };
  try {
    const manifest = await withLock(root, key, whole, async () => {
      if ((await readEntry(root, key)) === 'damaged') await removeEntry(root, key);
      return prepareInto(root, request);
    });
    await lease(root, key);
    await evict(root, cacheLimit());
    return manifest;
  } catch (error) {
    throw errorCode(error) in UNUSABLE ? unusable(error) : error;
  }
}

/** File systems' reasons against writing. */
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
};

function unusable(error: unknown): unknown {
  const reason = UNUSABLE[errorCode(error)];
  return reason === undefined ? error : new CacheUnusable(reason, { cause: error });
}

async function prepareInto(root: string, request: EntryRequest): Promise<Manifest> {
  const directory = await temporaryFolder(root);
  try {
    const attempt = await prepareIn(directory, request);
    for (const { rule, reason } of attempt.network.graph?.leftOut ?? []) {
      const what = rule === undefined ? 'simplifications' : `the simplification "${rule}"`;
      request.notify(`${request.name} is prepared without ${what}: ${reason}.`);
    }
    const content = {
      source: path.resolve(request.name),
      action: request.action,
      prepacked: attempt.prepacked,
      onnxruntime: onnxruntimeVersion(),
      network: attempt.network,
    };
    return await publishEntry(root, request.key, directory, content, await readdir(directory));
  } finally {
    await rm(directory, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** With pre-packed weights; where that fails, without; where that fails too, not at all. */
async function prepareIn(
  directory: string,
  { source, action }: EntryRequest,
): Promise<{ network: PreparedNetwork; prepacked: boolean }> {
  let failure = '';
  let killed = false;
  const attempts = action === 'prepare' ? [true, false] : [false];
  for (let prepack = attempts.shift(); prepack !== undefined; prepack = attempts.shift()) {
    for (const name of await readdir(directory)) await rm(path.join(directory, name));
    const outcome = await runChild({ source, action, directory, prepack, simplify: simplifies() });
    switch (outcome.type) {
      case 'done':
        return { network: outcome.network, prepacked: prepack };
      case 'invalid':
        throw deserializeError(outcome.error);
      case 'unwritable':
        throw new CacheUnusable(UNUSABLE[outcome.code] ?? outcome.code);
      case 'crashed':
        if (outcome.killed && !killed) attempts.unshift(prepack); // by the system or a person: the same once more
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
