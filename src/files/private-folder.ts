import { mkdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isFresh, keepFresh } from './heartbeat.js';
import { namesIn } from './names-in.js';
import { removeAtExit, uniqueName } from './shared-files.js';

const PREFIX = 'fdeploy-';

let folder: Promise<string> | undefined;

/**
 * A folder for temporary files of this process, which only its user can read. It is removed when the process exits. Folders of
 * killed processes are removed by the next that asks.
 */
export function privateFolder(): Promise<string> {
  folder ??= make();
  return folder;
}

async function make(): Promise<string> {
  for (const name of namesIn(os.tmpdir())) {
    const left = path.join(os.tmpdir(), name);
    if (!/^fdeploy-[0-9a-f]{24}$/.test(name) || isFresh(left)) continue;
    await rm(left, { recursive: true, force: true }).catch(() => undefined);
  }
  const made = path.join(os.tmpdir(), `${PREFIX}${uniqueName()}`);
  await mkdir(made, { mode: 0o700 });
  keepFresh(made, () => undefined);
  removeAtExit(made);
  return made;
}
