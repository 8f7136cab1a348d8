/** A file system whose times stay what they are, as they do where a disk damages what it holds: for `node --import`. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const NAMES = ['mtime', 'ctime'];
/** Others look at the times of these to see who lives. */
const LIVE = /[/\\](locks|leases)[/\\]/;

function frozen(stats) {
  const isBig = typeof stats.size === 'bigint';
  for (const name of NAMES) {
    stats[`${name}Ms`] = isBig ? 1000n : 1000;
    if (isBig) stats[`${name}Ns`] = 1_000_000_000n;
  }
  return stats;
}

for (const name of ['statSync', 'fstatSync']) {
  const real = fs[name];
  fs[name] = (file, ...rest) => {
    const stats = real(file, ...rest);
    return stats?.isFile() && !LIVE.test(String(file)) ? frozen(stats) : stats;
  };
}
syncBuiltinESMExports();
