import type { RunSummary } from '../contracts/results.js';
import { duration } from './pace.js';

/**
 * A run's summary in one line.
 * @param failures number of errors by code
 */
export function summaryText(summary: RunSummary, failures: ReadonlyMap<string, number>): string {
  const { images, ok, failed, skipped, notPredicted, retried } = summary;
  const counts = [`${ok} ok`, `${failed} failed${failuresText(failures)}`];
  if (skipped > 0) counts.push(`${skipped} skipped`);
  if (notPredicted > 0) counts.push(`${notPredicted} not predicted`);
  if (retried > 0) counts.push(`${retried} tried again`);
  const took = summary.seconds < 10 ? `${summary.seconds.toFixed(1)} s` : duration(summary.seconds);
  const speed = `${summary.imagesPerSecond.toFixed(1)} pictures/s`;
  const threads = summary.threadsPerWorker > 1 ? ` of ${summary.threadsPerWorker} threads` : '';
  const machines =
    summary.machines === undefined
      ? ''
      : ` on ${summary.machines} ${summary.machines === 1 ? 'machine' : 'machines'}`;
  const clones = `${summary.workers} ${summary.mode} ${summary.workers === 1 ? 'clone' : 'clones'}${threads}${machines}`;
  const what = images === 1 ? '1 picture' : `${images} pictures`;
  return `${what}: ${counts.join(', ')}; ${took}, ${speed}, ${clones}, ${memoryText(summary)}`;
}

function memoryText({ memory }: RunSummary): string {
  return 'pssMiB' in memory ? `${memory.pssMiB.toFixed(0)} MiB` : `${memory.rssMiB.toFixed(0)} MiB resident`;
}

function failuresText(failures: ReadonlyMap<string, number>): string {
  if (failures.size === 0) return '';
  const most = [...failures].sort((a, b) => b[1] - a[1]);
  return ` (${most.map(([code, count]) => `${count} ${code}`).join(', ')})`;
}
