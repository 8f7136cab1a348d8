import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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

/** What the process printed. @throws Error with its last words where it failed */
export async function resolved(child: ChildProcess): Promise<Resolved> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`exit code ${String(code)}: ${err}`);
  return JSON.parse(out) as Resolved;
}

/** Waits until something holds; a test's own deadline ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
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

/** Waits until a process's child prepares. @returns the child's process id */
export async function preparing(parent: number, cache: string): Promise<number> {
  await until(() => childrenOf(parent).length > 0 && below(cache).some((name) => name.endsWith('raw.onnx')));
  return childrenOf(parent)[0]!;
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
