import { readFile } from 'node:fs/promises';
import type { ReportOptions } from '../config/flags/commands.js';
import { FdeployError } from '../contracts/errors.js';
import type { RunSummary } from '../contracts/results.js';
import { writeReport } from '../report/index.js';
import { messageLine } from './messages.js';
import { watchSignals } from './signals.js';

/**
 * `fdeploy report <results.jsonl> -o <dir>`: a page to look at the results. Returns the exit code.
 * @throws FdeployError BAD_OPTION, RECORDS_INVALID, OUTPUT_EXISTS, OUTPUT_FAILED
 */
export async function report(results: string, { output, summary }: ReportOptions): Promise<number> {
  if (output === undefined) {
    throw new FdeployError('BAD_OPTION', 'report needs --output with the name of a folder', {
      file: '--output',
    });
  }
  const say = (sentence: string): void => {
    process.stderr.write(messageLine(sentence));
  };
  const known = summary === undefined ? null : await readSummary(summary);
  const watch = watchSignals(
    (signal) => {
      // The page is given up by then. The signal ends the process: a read of a pipe cannot be called off.
      setImmediate(() => {
        watch.stop();
        process.kill(process.pid, signal);
      });
    },
    () => undefined,
  );
  try {
    const page = await writeReport(results, output, known, { signal: watch.signal, notify: say });
    say(`wrote ${page}`);
    return 0;
  } finally {
    if (watch.caught === undefined) watch.stop();
  }
}

async function readSummary(file: string): Promise<RunSummary> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const message = `--summary '${file}' cannot be read: ${(cause as Error).message}`;
    throw new FdeployError('BAD_OPTION', message, { file, cause });
  }
  const { images, ms } = (value ?? {}) as Partial<RunSummary>;
  if (typeof images === 'number' && typeof ms === 'object') return value as RunSummary;
  throw new FdeployError('BAD_OPTION', `--summary '${file}' is no summary of a run`, { file });
}
