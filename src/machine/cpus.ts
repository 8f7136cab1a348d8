import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';

/**
 * Number of CPUs that this process may use: those of its affinity mask, or fewer if a cgroup has a quota (containers).
 * Rounded down, at least 1.
 * @param root folder of /proc and /sys
 */
export function usableCpus(root = '/'): number {
  const quota = Math.floor(cgroupQuota(root) + 1e-6);
  return Math.max(1, Math.min(availableParallelism(), quota));
}

/** How many clones of `threads` threads each the CPUs have room for, at least 1. */
export function clonesOf(threads: number, cpus = usableCpus()): number {
  return Math.max(1, Math.floor(cpus / threads));
}

/** The smallest quota of the process's cgroup and its ancestors, in CPUs; Infinity if there is none. */
function cgroupQuota(root: string): number {
  let least = Infinity;
  for (const line of read(root, 'proc/self/cgroup').split('\n')) {
    const [, controllers, group] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    if (controllers === '') least = Math.min(least, quotaAbove(root, 'sys/fs/cgroup', group, quotaV2));
    else if (controllers?.split(',').includes('cpu')) {
      least = Math.min(least, quotaAbove(root, 'sys/fs/cgroup/cpu', group, quotaV1));
    }
  }
  return least;
}

/** In a container, the group's path may be the host's, of which only the root is visible. */
function quotaAbove(root: string, mount: string, group: string, quota: QuotaReader): number {
  let least = Infinity;
  for (let at = group; ; at = path.posix.dirname(at)) {
    least = Math.min(least, quota(root, path.posix.join(mount, at)));
    if (at === '/') return least;
  }
}

type QuotaReader = (root: string, folder: string) => number;

/** `cpu.max` is `<microseconds> <period>` or `max <period>`. */
function quotaV2(root: string, folder: string): number {
  const [quota, period] = read(root, `${folder}/cpu.max`).split(/\s+/);
  return ratio(quota, period);
}

/** `cpu.cfs_quota_us` is -1 where there is no quota. */
function quotaV1(root: string, folder: string): number {
  return ratio(read(root, `${folder}/cpu.cfs_quota_us`), read(root, `${folder}/cpu.cfs_period_us`));
}

function ratio(quota: string | undefined, period: string | undefined): number {
  const cpus = Number(quota) / Number(period);
  return cpus > 0 ? cpus : Infinity;
}

function read(root: string, file: string): string {
  try {
    return readFileSync(path.join(root, file), 'utf8').trim();
  } catch {
    return ''; // not Linux, or no such controller: no quota
  }
}
