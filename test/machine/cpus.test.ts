import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { usableCpus } from '#src/machine/cpus.js';
import { tempFolder } from '../support/temp.js';

function system(files: Record<string, string>): string {
  const root = tempFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

test('without cgroups the affinity mask decides', () => {
  expect(usableCpus(system({}))).toBe(availableParallelism());
});

test.each<[string, Record<string, string>]>([
  ["its cgroup's quota", { 'proc/self/cgroup': '0::/a/b\n', 'sys/fs/cgroup/a/b/cpu.max': '150000 100000\n' }],
  ['the quota of one above', { 'proc/self/cgroup': '0::/a/b\n', 'sys/fs/cgroup/a/cpu.max': '100000 100000' }],
  [
    'a quota of less than one CPU',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '25000 100000\n' },
  ],
  [
    'a quota of the first version',
    {
      'proc/self/cgroup': '4:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
  ],
])('%s bounds it', (_, files) => {
  expect(usableCpus(system(files))).toBe(1);
});

test('no quota bounds nothing', () => {
  const files = { 'proc/self/cgroup': '0::/a\n', 'sys/fs/cgroup/a/cpu.max': 'max 100000\n' };
  expect(usableCpus(system(files))).toBe(availableParallelism());
});
