import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

import type { RunMemory } from '../contracts/results.js';

/**
 * Proportional set size of a process in MiB: a page shared by n processes counts 1/n.
 * @returns undefined if the system has no such figure or the process has ended
 */
export function pssMiB(pid: number): number | undefined {
  try {
    const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'));
    return match ? Number(match[1]) / 1024 : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Memory of this process and its workers: PSS if available, else the sum of RSS.
 * @param workers process id and last reported RSS in bytes of each worker that is a process
 */
export function runMemory(workers: Iterable<{ pid: number; rss: number }>): RunMemory {
  const own = pssMiB(process.pid);
  let total = own ?? process.memoryUsage.rss() / 1024 ** 2;
  for (const { pid, rss } of workers) total += own === undefined ? rss / 1024 ** 2 : (pssMiB(pid) ?? 0);
  return own === undefined ? { rssMiB: total } : { pssMiB: total };
}

/** Bytes that this process may use: the machine's memory, or less if a cgroup has a limit. */
export function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
