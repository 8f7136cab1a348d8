import { readFileSync } from 'node:fs';
import path from 'node:path';
import { makeSink, openFileTarget, type SinkHead } from '#src/sinks/index.js';
import type { Format, ResultRecord, RunSummary, Task } from '#src/contracts/results.js';
import { tempFolder } from '../support/temp.js';

/** For the files of the tests that import this. */
export const folder = tempFolder();
export const head = (task: Task, resumed = false): SinkHead => ({
  model: { name: 'shapes', task, files: { network: 'model.onnx' } },
  resumed,
});
export const summary = { images: 2, ok: 1, failed: 1 } as RunSummary;

/** The text of a file that a sink wrote. */
export async function written(
  format: Format,
  records: readonly ResultRecord[],
  task: Task = 'classification',
): Promise<string> {
  const file = path.join(folder, `${format}-${Math.random().toString(36)}`);
  const sink = makeSink(format, await openFileTarget(file, 'wx'), head(task));
  for (const record of records) await sink.write(record);
  await sink.end(summary);
  return readFileSync(file, 'utf8');
}
