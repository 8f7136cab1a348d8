/** A file system whose times count in steps of two seconds, as FAT's do: for `node --import`. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const STEP_NS = 2_000_000_000n;
const NAMES = ['atime', 'mtime', 'ctime', 'birthtime'];

function coarse(stats) {
  if (!stats) return stats;
  for (const name of NAMES) {
    const ns = stats[`${name}Ns`] ?? BigInt(Math.round(stats[`${name}Ms`] * 1e6));
    const rounded = ns - (ns % STEP_NS);
    const isBig = typeof stats.size === 'bigint';
    stats[`${name}Ms`] = isBig ? rounded / 1_000_000n : Number(rounded) / 1e6;
    if (isBig) stats[`${name}Ns`] = rounded;
  }
  return stats;
}

for (const name of ['statSync', 'lstatSync', 'fstatSync']) {
  const real = fs[name];
  fs[name] = (...args) => coarse(real(...args));
}
for (const name of ['stat', 'lstat']) {
  const real = fs.promises[name];
  fs.promises[name] = async (...args) => coarse(await real(...args));
}
syncBuiltinESMExports();
