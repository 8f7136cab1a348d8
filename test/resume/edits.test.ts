import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { ResultRecord, ResumableFormat } from '#src/contracts/results.js';
import { FdeployError } from '#src/contracts/errors.js';
import { readJournal } from '#src/resume/index.js';
import { makeSink, openFileTarget, unguardFormula } from '#src/sinks/index.js';
import { arbitraryRun } from '../support/arbitrary-records.js';
import { sinkBytes } from '../support/sink-text.js';
import { tempFolder } from '../support/temp.js';

/** Each of them writes to the disk. */
fc.configureGlobal({ numRuns: 50 });
const folder = tempFolder();
const TASK = 'detection';
const head = { name: 'm', task: TASK, files: {} } as const;

async function write(file: string, format: ResumableFormat, records: ResultRecord[]): Promise<void> {
  const resumed = readFileSync(file).length > 0;
  const sink = makeSink(format, await openFileTarget(file, 'a'), { model: head, resumed });
  for (const record of records) await sink.write(record);
  await sink.end();
}

/** Goes on behind `file` as a run does that gives `records`; undefined where that is refused. */
async function resume(file: string, format: ResumableFormat, records: ResultRecord[]) {
  try {
    const journal = await readJournal(file, format, false);
    await journal.clean();
    await write(
      file,
      format,
      records.filter(({ image }) => !journal.done.has(image)),
    );
    return journal;
  } catch (error) {
    if (error instanceof FdeployError && error.code === 'RESUME_IMPOSSIBLE') return undefined;
    throw error;
  }
}

/** How often each picture is answered in `file`, completely. */
function answers(file: string, format: ResumableFormat): Map<string, number> {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  const counts = new Map<string, number>();
  const count = (image: string): void => void counts.set(image, (counts.get(image) ?? 0) + 1);
  if (format === 'jsonl') {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    for (const line of lines) count((JSON.parse(line.trim()) as ResultRecord).image);
    return counts;
  }
  const rows: { image: string; item: string; items: string }[] = parse(text, {
    columns: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
  });
  for (let at = 0; at < rows.length;) {
    const { image, items } = rows[at]!;
    const group = rows.slice(at, at + Math.max(1, Number(items)));
    expect(group.map((row) => [row.image, row.items])).toEqual(group.map(() => [image, items]));
    expect(group.map(({ item }) => item)).toEqual(
      items === '0' ? [''] : Array.from({ length: Number(items) }, (_, i) => `${i + 1}`),
    );
    count(unguardFormula(image));
    at += Math.max(1, group.length); // also where a number of items is damaged
  }
  return counts;
}

interface Edit {
  kind: 'delete' | 'repeat' | 'swap' | 'blank' | 'mark' | 'cut' | 'ends';
  at: number;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('delete', 'repeat', 'swap', 'blank', 'mark', 'cut', 'ends'),
  at: fc.nat({ max: 1_000_000 }),
});

/** Lines as an editor knows them, quoted line ends included in them or not. */
function edited(text: string, { kind, at }: Edit): string {
  if (kind === 'mark') return `\uFEFF${text.replace(/^\uFEFF/, '')}`;
  if (kind === 'cut') return text.slice(0, at % (text.length + 1));
  if (kind === 'ends') return text.replace(/\r?\n/g, '\r\n');
  const lines = text.split(/(?<=\n)/);
  const line = at % lines.length;
  if (kind === 'delete') lines.splice(line, 1);
  else if (kind === 'repeat') lines.splice(line, 0, lines[line]!);
  else if (kind === 'blank') lines.splice(line, 0, text.includes('\r\n') ? '\r\n' : '\n');
  else lines.splice(line, 2, ...lines.slice(line, line + 2).reverse());
  return lines.join('');
}

describe.each(['jsonl', 'csv'] as const)('a resumed %s', (format) => {
  const file = path.join(folder, `out.${format}`);
  const begin = (records: ResultRecord[]): Promise<Buffer> => sinkBytes(format, head, records);
  /** Beside a name that the edits have changed: that is another picture's. */
  const expectEachOnce = (records: readonly ResultRecord[]): void => {
    const found = answers(file, format);
    for (const { image } of records) expect([image, found.get(image)]).toEqual([image, 1]);
  };
  const once = (records: readonly ResultRecord[]) => new Map(records.map(({ image }) => [image, 1]));

  test('answers every picture once, wherever it was cut, and keeps what was whole', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRun(TASK), fc.nat(), async (records, at) => {
        const bytes = await begin(records);
        const length = at % (bytes.length + 1);
        writeFileSync(file, bytes.subarray(0, length));
        const journal = await resume(file, format, records);
        expect(answers(file, format)).toEqual(once(records));
        const kept = records.slice(0, journal!.done.size).map(({ image }) => image);
        expect(kept.filter((image) => !journal!.done.has(image))).toEqual([]);
        if (length === bytes.length) expect(journal!.done.size).toBe(records.length);
      }),
    );
  });

  test('answers every picture once after edits of whole lines, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRun(TASK), fc.array(edit, { maxLength: 3 }), async (records, edits) => {
        const bytes = await begin(records);
        writeFileSync(file, edits.reduce(edited, bytes.toString()));
        const journal = await resume(file, format, records);
        // Lines of JSON stay lines of JSON, but for one that was cut and stands before others.
        if (format === 'jsonl' && !edits.some(({ kind }) => kind === 'cut')) expect(journal).toBeDefined();
        if (journal) expectEachOnce(records);
      }),
    );
  });

  test('answers every picture after any damage, or is refused', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(arbitraryRun(TASK), damage, async (records, bytes) => {
        const text = await begin(records);
        for (const [at, byte] of bytes) if (text.length > 0) text[at % text.length] = byte;
        writeFileSync(file, text);
        if (!(await resume(file, format, records))) return;
        expectEachOnce(records);
      }),
    );
  });
});
