import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { makeSink, openFileTarget, ReaderGone, type Target } from '#src/sinks/index.js';
import type { Format, ResultRecord, Task } from '#src/contracts/results.js';
import { ALL_RECORDS, ERROR_RECORD, RECORDS } from '../support/records.js';
import { folder, head, summary, written } from '../support/sink-file.js';
import { until } from '../support/until.js';

describe('jsonl', () => {
  test('holds one record a line', async () => {
    const lines = (await written('jsonl', ALL_RECORDS)).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(ALL_RECORDS);
  });

  test('escapes control characters and line separators, losslessly', async () => {
    const record = { ...ERROR_RECORD, image: 'a\u001b[31m\u009b2J\u007f\u2028\n\u0085.jpg' };
    const text = await written('jsonl', [record]);
    expect(text).toMatch(/^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028]*\n$/); // eslint-disable-line no-control-regex
    expect(JSON.parse(text)).toEqual(record);
  });
});

describe('json', () => {
  test.each([0, 1, ALL_RECORDS.length])('is one document, with %d records', async (count) => {
    const records = ALL_RECORDS.slice(0, count);
    expect(JSON.parse(await written('json', records))).toEqual({
      model: head('classification').model,
      results: records,
      summary,
    });
  });

  test('is valid where the run broke off', async () => {
    const file = path.join(folder, 'broken-off.json');
    const sink = makeSink('json', await openFileTarget(file, 'wx'), head('ocr'));
    await sink.write(RECORDS.ocr);
    await sink.end();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ results: [RECORDS.ocr], summary: null });
  });
});

describe('txt', () => {
  test('has the text of a picture under its name, and an empty line', async () => {
    const unread = { ...RECORDS.ocr, image: 'u.jpg', result: { lines: [{}, {}] } };
    expect(await written('txt', [RECORDS.ocr, RECORDS.empty, ERROR_RECORD, unread], 'ocr')).toBe(
      [
        'photos/e.jpg\n=SUM(A1)\n二行\nplain\n',
        'photos/f.jpg\n(no text)\n',
        "-caf\uFFFD.jpg\nIMAGE_UNREADABLE: 'photos/b.jpg' is no picture\n",
        'u.jpg\n(lines: 2, not read)\n\n',
      ].join('\n'),
    );
  });

  test.each<[Task, ResultRecord, string]>([
    ['classification', RECORDS.classification, 'photos/a.jpg  Maltese dog 0.69, #7 0.13\n'],
    ['detection', RECORDS.detection, 'photos/b.jpg  1 star, 1 cross, "red"\n'],
    [
      'detection',
      {
        ...RECORDS.detection,
        result: { objects: [0, 0, 0].map((i) => RECORDS.detection.result.objects[i]!) },
      },
      'photos/b.jpg  3 star\n',
    ],
    ['detection', { ...RECORDS.detection, result: { objects: [] } }, 'photos/b.jpg  no objects\n'],
    ['segmentation', RECORDS.segmentation, 'photos/c.jpg  background 100.0 %\n'],
    ['detection', ERROR_RECORD, "-caf\uFFFD.jpg  IMAGE_UNREADABLE: 'photos/b.jpg' is no picture\n"],
  ])('has one line a picture for %s', async (task, record, line) => {
    expect(await written('txt', [record], task)).toBe(line);
  });

  test('lets no name begin a line of its own', async () => {
    const record = { ...RECORDS.empty, image: 'a\nb\u001b[2J.jpg' };
    expect(await written('txt', [record], 'ocr')).toBe('a\\nb\\e[2J.jpg\n(no text)\n\n');
  });
});

describe('an output', () => {
  test('that is there is refused, emptied or gone on behind', async () => {
    const file = path.join(folder, 'there.jsonl');
    for (const flags of ['wx', 'a', 'w'] as const) {
      const sink = makeSink('jsonl', await openFileTarget(file, flags), head('ocr', true));
      await sink.write(RECORDS.ocr);
      await sink.end();
      expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(flags === 'a' ? 3 : 2);
    }
    await expect(openFileTarget(file, 'wx')).rejects.toMatchObject({ code: 'OUTPUT_EXISTS', file });
  });

  test('whose folder is missing, or that is a folder, is a sentence', async () => {
    await expect(openFileTarget(path.join(folder, 'no/such.jsonl'), 'wx')).rejects.toThrow(
      /cannot be written: its folder does not exist$/,
    );
    await expect(openFileTarget(folder, 'w')).rejects.toThrow(/cannot be written: it is a folder$/);
  });

  test('may be a device', async () => {
    const sink = makeSink('jsonl', await openFileTarget('/dev/null', 'wx'), head('ocr'));
    await sink.write(RECORDS.ocr);
    await expect(sink.end()).resolves.toBeUndefined();
  });
});

/** Takes `room` bytes, then fails as a full disk does, a part of the batch written. */
class FullDisk implements Target {
  readonly name = "'full.jsonl'";
  #bytes = Buffer.alloc(0);
  #safe = 0;
  constructor(readonly room: number) {}

  get text(): string {
    return this.#bytes.toString();
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#bytes = Buffer.concat([this.#bytes, bytes]).subarray(0, this.room);
    if (this.#safe + bytes.length > this.room) {
      const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return Promise.reject(error);
    }
    this.#safe += bytes.length;
    return Promise.resolve();
  }

  rollBack(): Promise<void> {
    this.#bytes = this.#bytes.subarray(0, this.#safe);
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a full disk', () => {
  const big = { ...ERROR_RECORD, error: { ...ERROR_RECORD.error, message: 'x'.repeat(70_000) } };
  const fill = async (format: Format, disk: FullDisk): Promise<unknown> => {
    const sink = makeSink(format, disk, head('ocr'));
    try {
      for (let i = 0; i < 10; i++) await sink.write(big);
      return undefined;
    } catch (error) {
      await expect(sink.end(summary)).rejects.toBe(error);
      return error;
    }
  };

  test('ends the run and says how many records are safe; no torn line stays', async () => {
    const disk = new FullDisk(250_000);
    expect(await fill('jsonl', disk)).toMatchObject({
      code: 'OUTPUT_FAILED',
      kind: 'run',
      message: expect.stringMatching(
        /^writing 'full.jsonl' failed \(ENOSPC.*\); 3 records .* are complete/,
      ) as string,
    });
    const lines = disk.text.split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toBe('');
  });

  test('leaves a json document whole where not even the first records fit', async () => {
    const disk = new FullDisk(2000);
    await fill('json', disk);
    expect(JSON.parse(disk.text)).toEqual({ model: head('ocr').model, results: [], summary });
  });

  test('leaves no half of a json document where its end does not fit either', async () => {
    const disk = new FullDisk(10);
    await fill('json', disk);
    expect(disk.text).toBe('');
  });

  test('leaves a json document whole', async () => {
    const disk = new FullDisk(250_000);
    await fill('json', disk);
    expect((JSON.parse(disk.text) as { results: unknown[] }).results).toHaveLength(3);
  });
});

describe('a reader', () => {
  test('that went away is no failure of the output', async () => {
    const gone: Target = {
      name: 'stdout',
      write: () => Promise.reject(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
      rollBack: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const sink = makeSink('jsonl', gone, head('ocr'));
    await sink.write(RECORDS.ocr);
    await expect(sink.end()).rejects.toBeInstanceOf(ReaderGone);
  });

  test('that is slow holds the writer back', async () => {
    let release = (): void => undefined;
    let held = 0;
    const slow: Target = {
      name: 'stdout',
      write: () =>
        new Promise((resolve) => {
          held++;
          release = resolve;
        }),
      rollBack: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const sink = makeSink('jsonl', slow, head('ocr'));
    const big = { ...ERROR_RECORD, image: 'x'.repeat(70_000) };
    let done = false;
    const write = sink.write(big).then(() => (done = true));
    await until(() => held > 0);
    for (let turns = 0; turns < 10; turns++) await setImmediate();
    expect([held, done]).toEqual([1, false]);
    release();
    await write;
    expect(done).toBe(true);
  });

  test('sees each record soon, also where no other follows', async () => {
    const file = path.join(folder, 'soon.jsonl');
    const sink = makeSink('jsonl', await openFileTarget(file, 'wx'), head('ocr'));
    for (const count of [1, 2, 3]) {
      await sink.write(RECORDS.ocr);
      await until(() => readFileSync(file, 'utf8').split('\n').length > count);
    }
    await sink.end();
  });
});
