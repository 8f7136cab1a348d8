import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { usableCpus } from '../machine/cpus.js';

/** Linux counts in ticks of 10 ms. */
const TICKS_A_SECOND = 100;

/** User and system seconds of this process and others; undefined if those of others are not available. */
export function cpuSeconds(others: readonly number[]): number | undefined {
  const { user, system } = process.cpuUsage();
  let seconds = (user + system) / 1e6;
  for (const pid of others) {
    const own = secondsOf(pid);
    if (own === undefined) return undefined;
    seconds += own;
  }
  return seconds;
}

/** Busy seconds of all CPUs of this machine. */
export function machineSeconds(): number {
  const busy = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return busy.reduce((sum, ms) => sum + ms, 0) / 1000;
}

/**
 * Number of CPUs available to this process that other processes use. Others are assumed to use unavailable CPUs first.
 * @param machine number of busy CPUs
 * @param own number of CPUs used by this process and its workers
 */
export function takenCpus(machine: number, own: number, all = cpus().length, usable = usableCpus()): number {
  return Math.max(0, machine - own - (all - usable));
}

function secondsOf(pid: number): number | undefined {
  try {
    // The second field is a name in parentheses, which may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}
