import { readFileSync, readdirSync } from 'node:fs';
import { setInterval } from 'node:timers';

/** Memory of a process in MiB as the kernel shares it out: of pages of several processes each has its part. Linux only. */
export function pssMiB(pid = 'self') {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))[1]) / 1024;
}

/** Process ids of the children of a process, whichever of its threads started them. Linux only. */
export function childrenOf(pid = 'self') {
  return readdirSync(`/proc/${pid}/task`).flatMap(
    (task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').match(/\d+/g) ?? [],
  );
}

/** The most memory of this process, looked at every so often and whenever `look` is called. */
export function watchPeak(everyMs) {
  let peak = 0;
  const look = () => (peak = Math.max(peak, pssMiB()));
  setInterval(look, everyMs).unref();
  return look;
}
