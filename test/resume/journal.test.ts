import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ResultRecord } from '#src/contracts/results.js';
import type { KeySet } from '#src/sources/key-set.js';
import { recordKey } from '#src/contracts/source.js';
import { answeredInCsv } from '#src/resume/csv-journal.js';
import { readJournal } from '#src/resume/index.js';
import { makeSink, openFileTarget } from '#src/sinks/index.js';
import { ERROR_RECORD, RECORDS } from '../support/records.js';
import { tempFolder } from '../support/temp.js';

function expectKeys(done: KeySet, keys: readonly string[]): void {
  expect(keys.filter((key) => !done.has(key))).toEqual([]);
  expect(done.size).toBe(new Set(keys).size);
}

const folder = tempFolder();
let count = 0;

/** An output of `task` ocr with these records, and what it holds. */
async function output(format: 'jsonl' | 'csv', ...records: ResultRecord[]): Promise<[string, string]> {
  const file = path.join(folder, `${++count}.${format}`);
  const model = { name: 'm', task: 'ocr', files: {} } as const;
  const sink = makeSink(format, await openFileTarget(file, 'wx'), { model, resumed: false });
  for (const record of records) await sink.write(record);
  await sink.end();
  return [file, readFileSync(file, 'utf8')];
}

const ok = (image: string): ResultRecord => ({ ...RECORDS.ocr, image });
const empty = (image: string): ResultRecord => ({ ...RECORDS.empty, image });
const failed = (image: string): ResultRecord => {
  const { index, status, error, attempts } = ERROR_RECORD;
  return { index, image, status, error, attempts };
};

describe.each(['jsonl', 'csv'] as const)('%s', (format) => {
  const journalOf = (file: string, retryErrors = true) => readJournal(file, format, retryErrors);

  test('knows what is done, and takes failed pictures out to try them again', async () => {
    const odd = 'two\nlines, "quoted" =x\u0085.jpg';
    const [file] = await output(format, ok('a.jpg'), failed('b.jpg'), ok('=1.jpg'), empty(odd), failed('c'));
    const journal = await journalOf(file);
    expectKeys(journal.done, ['a.jpg', '=1.jpg', odd]);
    expect(journal.keptErrors).toBe(0);
    await journal.clean();
    const [, clean] = await output(format, ok('a.jpg'), ok('=1.jpg'), empty(odd));
    expect(readFileSync(file, 'utf8')).toBe(clean);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  test('keeps failed pictures where they are not tried again', async () => {
    const [file, before] = await output(format, failed('b.jpg'), ok('a.jpg'));
    const journal = await journalOf(file, false);
    expectKeys(journal.done, ['a.jpg', 'b.jpg']);
    expect(journal.keptErrors).toBe(1);
    await journal.clean();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('cuts whatever a killed run tore off, at any byte', async () => {
    const [, first] = await output(format, ok('a.jpg'));
    const [, both] = await output(format, ok('a.jpg'), ok('b "q"\n.jpg'));
    const bytes = Buffer.from(both);
    const torn = path.join(folder, `torn.${format}`);
    for (let length = Buffer.byteLength(first); length < bytes.length; length++) {
      writeFileSync(torn, bytes.subarray(0, length));
      const journal = await journalOf(torn);
      expectKeys(journal.done, ['a.jpg']);
      await journal.clean();
      if (readFileSync(torn, 'utf8') !== first) throw new Error(`cut at ${length}: not as it was`);
    }
  });

  test('takes a second answer for a picture out', async () => {
    const [file] = await output(format, ok('a.jpg'), ok('b.jpg'), empty('a.jpg'));
    const [, expected] = await output(format, ok('a.jpg'), ok('b.jpg'));
    await (await journalOf(file)).clean();
    expect(readFileSync(file, 'utf8')).toBe(expected);
  });

  test('tells names apart that are not UTF-8 and read alike', async () => {
    const names = [0xe9, 0xe8].map((byte) => Buffer.from([0x2d, byte]).toString('base64'));
    const records = names.map((imageBytes) => ({ ...empty('-\uFFFD'), imageBytes }));
    const [file, before] = await output(format, ...records);
    const journal = await journalOf(file);
    expectKeys(journal.done, records.map(recordKey));
    expect(journal.done.size).toBe(2);
    await journal.clean();
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('goes on behind a byte order mark, and past empty lines', async () => {
    const [, text] = await output(format, ok('a.jpg'), failed('b.jpg'), ok('c.jpg'));
    const ends = format === 'csv' ? '\r\n' : '\n';
    const odd = path.join(folder, `odd.${format}`);
    const lines = text.split(ends).filter((line) => line !== '');
    writeFileSync(odd, `\uFEFF${lines.join(ends + ends)}${ends}${ends}`);
    const journal = await journalOf(odd);
    expectKeys(journal.done, ['a.jpg', 'c.jpg']);
    await journal.clean();
    const [, clean] = await output(format, ok('a.jpg'), ok('c.jpg'));
    const left = readFileSync(odd, 'utf8');
    expect(left.slice(0, 1)).toBe('\uFEFF');
    expect(
      left
        .slice(1)
        .split(ends)
        .filter((line) => line !== ''),
    ).toEqual(clean.split(ends).filter((line) => line !== ''));
  });

  test.each(['\n', '\r\n'])('goes on where an editor has ended the lines in %j', async (ends) => {
    const [, text] = await output(format, ok('a.jpg'), failed('b.jpg'), empty('c.jpg'));
    const edited = path.join(folder, `edited.${format}`);
    writeFileSync(edited, text.replace(/\r?\n/g, ends));
    const journal = await journalOf(edited);
    expectKeys(journal.done, ['a.jpg', 'c.jpg']);
    await journal.clean();
    const [, clean] = await output(format, ok('a.jpg'), empty('c.jpg'));
    expect(readFileSync(edited, 'utf8')).toBe(clean.replace(/\r?\n/g, ends));
  });

  test('that cannot be read is a sentence', async () => {
    await expect(journalOf(folder)).rejects.toMatchObject({
      code: 'RESUME_IMPOSSIBLE',
      message: expect.stringMatching(/^--resume cannot continue '.*': it cannot be read \(EISDIR/) as string,
    });
  });

  test('of an empty file is empty', async () => {
    const file = path.join(folder, `empty.${format}`);
    writeFileSync(file, '');
    expect((await journalOf(file)).done.size).toBe(0);
  });

  test('is refused where the file is something else', async () => {
    const file = path.join(folder, `other.${format}`);
    writeFileSync(file, 'first,second\r\n1,2\r\n');
    await expect(journalOf(file)).rejects.toMatchObject({ code: 'RESUME_IMPOSSIBLE', file });
  });

  test('of many records, in pieces larger than what is read at a time', async () => {
    const many = Array.from({ length: 3000 }, (_, i): ResultRecord => {
      const image = `${'x'.repeat(900)}${i}.jpg`;
      return i % 3 === 0 ? failed(image) : ok(image);
    });
    const [file] = await output(format, ...many);
    const good = many.filter(({ status }) => status === 'ok');
    const [, expected] = await output(format, ...good);
    const journal = await journalOf(file);
    expectKeys(
      journal.done,
      good.map(({ image }) => image),
    );
    await journal.clean();
    expect(readFileSync(file, 'utf8') === expected).toBe(true);
  });
});

test('a csv that cannot be read to its end is an error', async () => {
  const read = (async () => {
    for await (const answered of answeredInCsv(path.join(folder, 'gone.csv'), 1000))
      expect(answered).toBe('never');
  })();
  await expect(read).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a csv picture whose rows are not all there is predicted again', async () => {
  const [file, text] = await output('csv', ok('a.jpg'), ok('b.jpg'), ok('c.jpg'));
  const rows = text.split('\r\n');
  writeFileSync(file, [...rows.slice(0, 4), ...rows.slice(5)].join('\r\n')); // without the second row of b.jpg
  const journal = await readJournal(file, 'csv', true);
  expectKeys(journal.done, ['a.jpg', 'c.jpg']);
  await journal.clean();
  expect(readFileSync(file, 'utf8')).toBe((await output('csv', ok('a.jpg'), ok('c.jpg')))[1]);
});
