import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { until } from '../../support/until.js';

/** What `resolve-once.js` prints. */
export interface Resolved {
  prepared: boolean;
  file: string;
  said: string[];
  values: number[];
}

const SCRIPT = path.resolve('test/runtime/support/resolve-once.js');

/** Starts a process that resolves and runs a model with `cache` as its cache. */
export function startResolving(model: string, cache: string, options: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [SCRIPT, model], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: { ...process.env, FDEPLOY_CACHE: cache, ...options.env },
  });
}

/** Longer than a preparation takes on a busy machine, shorter than a test may. */
const DEADLINE_MS = 90_000;

/** What the process printed. @throws Error with its last words where it failed, or was ended after a minute and a half */
export async function resolved(child: ChildProcess): Promise<Resolved> {
  let out = '';
  let err = '';
  const deadline = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(deadline);
  if (code !== 0) throw new Error(`exit code ${String(code ?? signal)}: ${err}`);
  return JSON.parse(out) as Resolved;
}

/** Whether a process is there and not only waits for its parent to take note of its end (Linux). */
export function runs(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Names of all that lies below a folder; none where there is no such folder. */
export function below(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return []; // not there yet, or removed meanwhile
  }
}

/**
 * Waits until a process's child prepares.
 * @returns the child's process id; undefined if the process ended before that was seen
 */
export async function preparing(parent: ChildProcess, cache: string): Promise<number | undefined> {
  let child: number | undefined;
  await until(() => {
    if (below(cache).some((name) => name.endsWith('raw.onnx'))) [child] = childrenOf(parent.pid!);
    return child !== undefined || parent.exitCode !== null || parent.signalCode !== null;
  }, 5);
  return child;
}

/** Process ids of a process's children (Linux). */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch {
    return undefined;
  }
}
