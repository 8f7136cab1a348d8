import path from 'node:path';
import type { ReportOptions } from '../config/flags/commands.js';
import { FdeployError } from '../contracts/errors.js';
import type { RunSummary } from '../contracts/results.js';
import { readRegularFile, UnfitFile } from '../files/guarded-file.js';
import { writeReport } from '../report/index.js';
import { settingsFile, type RunSettings } from '../resume/index.js';
import { messageLine } from './messages.js';
import { watchSignals } from './signals.js';

/** Maximum size of a summary or of a run's settings. */
const MOST_BYTES = 1024 * 1024;

/**
 * `fdeploy report <results.jsonl> [-o <dir>]`: makes an HTML page of the results. Returns the exit code.
 * @throws FdeployError BAD_OPTION, RECORDS_INVALID, OUTPUT_EXISTS, OUTPUT_FAILED
 */
export async function report(
  results: string,
  { output = besideRecords(results), summary }: ReportOptions,
): Promise<number> {
  const say = (sentence: string): void => {
    process.stderr.write(messageLine(sentence));
  };
  const known = summary === undefined ? null : await readSummary(summary);
  const watch = watchSignals(
    (signal) => {
      // The page has been discarded. The signal ends the process, since a read from a pipe cannot be cancelled.
      setImmediate(() => {
        watch.stop();
        process.kill(process.pid, signal);
      });
    },
    () => undefined,
  );
  try {
    const model = await modelOf(results);
    const page = await writeReport(results, output, known, {
      signal: watch.signal,
      notify: say,
      ...(model !== undefined && { model }),
    });
    say(`wrote ${page}`);
    return 0;
  } finally {
    if (watch.caught === undefined) watch.stop();
  }
}

const smallFile = async (file: string): Promise<string> =>
  (await readRegularFile(file, { maxBytes: MOST_BYTES })).toString();

/** `night.jsonl` -> `night-report` beside it. */
function besideRecords(results: string): string {
  const { dir, name } = path.parse(results);
  if (name !== 'stdin' && !dir.startsWith('/dev')) return path.join(dir, `${name}-report`);
  throw new FdeployError('BAD_OPTION', 'records from a pipe need --output with the name of a folder', {
    file: '--output',
  });
}

/** The model's name in the settings beside an output; undefined if there is none. */
async function modelOf(results: string): Promise<string | undefined> {
  try {
    const { said } = JSON.parse(await smallFile(settingsFile(results))) as Partial<RunSettings>;
    return typeof said?.model === 'string' ? path.basename(said.model) : undefined;
  } catch {
    return undefined; // the page has a title without it
  }
}

async function readSummary(file: string): Promise<RunSummary> {
  let value: unknown;
  try {
    value = JSON.parse(await smallFile(file));
  } catch (cause) {
    if (!(cause instanceof UnfitFile || cause instanceof SyntaxError)) throw cause;
    const message = `--summary '${file}' ${cause instanceof UnfitFile ? cause.reason : 'is not JSON'}`;
    throw new FdeployError('BAD_OPTION', message, { file, cause });
  }
  const { images, ms } = (value ?? {}) as Partial<RunSummary>;
  if (typeof images === 'number' && typeof ms === 'object') return value as RunSummary;
  throw new FdeployError('BAD_OPTION', `--summary '${file}' is not the summary of a run`, { file });
}
