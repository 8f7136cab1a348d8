import { Pool } from '#src/dispatch/local/pool.js';
import { ModelRun } from '#src/run/model-run.js';
import type { Mode, ResultRecord, RunSummary } from '#src/contracts/results.js';
import type { RunOptions } from '#src/contracts/run.js';
import type { WorkerSource } from '#src/dispatch/local/early-workers.js';
import { ListFeed } from '../support/list-feed.js';

export interface ScriptedOptions extends Partial<RunOptions> {
  batchSize?: number;
  /** What the workers write their predictions to. */
  log?: string;
  /** What happens when a worker opens its model, as in `test/dispatch/local/entries/script.js`. */
  open?: string;
  /** Where workers come from instead of being started. */
  early?: WorkerSource;
  /** Keys of pictures that are answered already. */
  skip?: ReadonlySet<string>;
}

/** A run whose workers do what the pictures' names say (see `test/dispatch/local/entries/script.js`). */
export function scriptedRun(mode: Mode, images: string[], options: ScriptedOptions = {}): ModelRun {
  const { batchSize = 1, log, open, early, skip, ...rest } = options;
  const entry = new URL(`../dispatch/local/entries/${mode}.js`, import.meta.url);
  const runOptions: RunOptions = {
    spec: { model: 'scripted', threads: 1, batchSize, shareWeights: true },
    feed: new ListFeed(
      images.map((image) => ({ image })),
      skip,
    ),
    dispatch: (request) => new Pool({ ...request, entry, early }),
    mode,
    workers: 2,
    ordered: false,
    retries: 1,
    failFast: false,
    artifacts: {},
    notify: () => undefined,
    ...rest,
  };
  const handle = {
    task: 'classification' as const,
    name: 'scripted',
    config: { log, open },
    runtimes: {},
    decode: { background: 'drop' as const, acceptTruncated: false, maxPixels: 1e6 },
  };
  return new ModelRun(runOptions, handle, performance.now());
}

export async function collect(run: ModelRun): Promise<{ records: ResultRecord[]; summary: RunSummary }> {
  const records: ResultRecord[] = [];
  for await (const record of run.records) records.push(record);
  return { records, summary: run.summary() };
}

/** `count` harmless pictures, each of `query`. */
export function pictures(count: number, query = ''): string[] {
  return Array.from({ length: count }, (_, i) => `p${i}${query && `?${query}`}`);
}
