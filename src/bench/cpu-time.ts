import { readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms. */
const TICKS_A_SECOND = 100;

/** User and system seconds of this process and others; undefined where the system does not tell those of others. */
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

function secondsOf(pid: number): number | undefined {
  try {
    // The second field is a name in brackets that may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return undefined;
  }
}
