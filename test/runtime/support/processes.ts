import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

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
