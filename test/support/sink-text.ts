import type { Format, ResultRecord, RunSummary, Task } from '#src/contracts/results.js';
import { makeSink, type Target } from '#src/sinks/index.js';

/** The bytes that a sink writes of some records, without a file. */
export async function sinkBytes(
  format: Format,
  model: { name: string; task: Task; files: Readonly<Record<string, string>> },
  records: readonly ResultRecord[],
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const target: Target = {
    name: 'memory',
    write: (bytes) => {
      chunks.push(Buffer.from(bytes));
      return Promise.resolve();
    },
    rollBack: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const sink = makeSink(format, target, { model, resumed: false });
  for (const record of records) await sink.write(record);
  await sink.end({ images: records.length } as RunSummary);
  return Buffer.concat(chunks);
}
