import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** Where Linux shows a process's control groups. */
export interface CgroupPaths {
  /** Usually `/proc/self/cgroup`. */
  membership: string;
  /** Usually `/sys/fs/cgroup`. */
  root: string;
}

const LINUX: CgroupPaths = { membership: '/proc/self/cgroup', root: '/sys/fs/cgroup' };

/** CPUs that this process may use: those of its affinity mask, or fewer where a cgroup's quota says so; at least 1. */
export function usableCpus(paths: CgroupPaths = LINUX): number {
  return Math.max(1, Math.min(availableParallelism(), Math.floor(cgroupCpus(paths))));
}

/** Workers of a run whose caller does not say. */
export function defaultWorkers(threadsPerWorker: number): number {
  return Math.max(1, Math.floor(usableCpus() / threadsPerWorker));
}

/** The tightest quota of the process's control group and those around it in CPUs; Infinity without one. */
export function cgroupCpus({ membership, root }: CgroupPaths): number {
  let cpus = Infinity;
  for (const line of read(membership)?.split('\n') ?? []) {
    const [, controllers, ...rest] = line.split(':');
    const path = rest.join(':');
    if (controllers === '') cpus = Math.min(cpus, quota(root, path, readV2));
    else if (controllers?.split(',').includes('cpu'))
      cpus = Math.min(
        cpus,
        quota(join(root, 'cpu'), path, readV1),
        quota(join(root, controllers), path, readV1),
      );
  }
  return cpus;
}

/** Inside a container the path may be the host's, of which only the last folders, or none, are there to see. */
function quota(root: string, path: string, readFolder: (folder: string) => number): number {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  let cpus = readFolder(root);
  for (let i = 1; i <= parts.length; i++) cpus = Math.min(cpus, readFolder(join(root, ...parts.slice(0, i))));
  return cpus;
}

function readV2(folder: string): number {
  const [max, period] = read(join(folder, 'cpu.max'))?.trim().split(' ') ?? [];
  return ratio(max, period);
}

function readV1(folder: string): number {
  return ratio(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')));
}

function ratio(quotaText: string | undefined, periodText: string | undefined): number {
  const cpus = Number(quotaText) / Number(periodText);
  return cpus > 0 ? cpus : Infinity;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
