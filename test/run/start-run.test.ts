import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODES } from '#src/contracts/results.js';
import type { Mode, OkRecord, ResultRecord } from '#src/contracts/results.js';
import type { RunOptions } from '#src/contracts/run.js';
import { localDispatcher } from '#src/dispatch/local/index.js';
import { startRun } from '#src/run/start-run.js';
import { largestDifference } from '../support/difference.js';
import { ListFeed, type Named } from '../support/list-feed.js';
import { recordValidator } from '../support/records.js';
import { tempFolder } from '../support/temp.js';

const MODEL = 'fixtures/models/shapes-cls-pplcnet-onnx';
const FOLDER = 'fixtures/pictures/cls';
const FILES = readdirSync(FOLDER)
  .filter((name) => name !== 'truth.json')
  .sort();
const golden = JSON.parse(readFileSync('fixtures/golden/shapes-cls-pplcnet.json', 'utf8')) as {
  pictures: Record<string, { width: number; height: number; label_ids: number[]; scores: number[] }>;
};
const isRecord = recordValidator();

interface Given extends Partial<RunOptions> {
  images?: Named[];
}

function options(mode: Mode, { images, ...given }: Given = {}): RunOptions {
  return {
    spec: { model: MODEL, threads: 1, batchSize: 1, shareWeights: true },
    feed: new ListFeed(images ?? FILES.map((name) => ({ image: `${FOLDER}/${name}` }))),
    dispatch: localDispatcher(),
    mode,
    workers: 2,
    ordered: true,
    retries: 1,
    failFast: false,
    artifacts: {},
    notify: () => undefined,
    ...given,
  };
}

async function recordsOf(given: RunOptions): Promise<ResultRecord[]> {
  const records: ResultRecord[] = [];
  for await (const record of (await startRun(given)).records) records.push(record);
  return records;
}

type Classified = OkRecord<'classification'>;
const classes = (record: ResultRecord): Classified['result']['classes'] =>
  (record as Classified).result.classes;
const withoutTimes = (record: ResultRecord): object => ({ ...record, ms: undefined });

test('both modes give the same records, which are those of FastDeploy', async () => {
  const thread = await recordsOf(options('thread'));
  const inProcesses = await recordsOf(options('process'));
  expect(inProcesses.map(withoutTimes)).toEqual(thread.map(withoutTimes));
  expect(thread).toHaveLength(FILES.length);
  for (const [i, record] of thread.entries()) {
    expect(isRecord(record)).toBe(true);
    const expected = golden.pictures[FILES[i]!]!;
    expect(record).toMatchObject({ index: i, width: expected.width, height: expected.height });
    expect(classes(record)[0]!.id).toBe(expected.label_ids[0]);
    expect(
      largestDifference(
        classes(record).map(({ score }) => score),
        expected.scores,
      ),
    ).toBeLessThan(1e-4);
  }
});

describe.each(MODES)('in %s mode', (mode) => {
  test('bad pictures get a record each and the good ones what they get without them', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'empty.jpg'), '');
    writeFileSync(join(folder, 'text.jpg'), 'no picture');
    copyFileSync(join(FOLDER, FILES[0]!), join(folder, 'good.jpg'));
    const cut = readFileSync(join(FOLDER, FILES[0]!));
    writeFileSync(join(folder, 'cut.jpg'), cut.subarray(0, cut.length / 2));
    const names = ['cut.jpg', 'empty.jpg', 'good.jpg', 'missing.jpg', 'text.jpg'];
    const run = await startRun(
      options(mode, { images: names.map((name) => ({ image: join(folder, name) })) }),
    );
    const found: string[] = [];
    for await (const record of run.records) {
      expect(isRecord(record)).toBe(true);
      found.push(record.status === 'ok' ? `ok ${classes(record)[0]!.id}` : record.error.code);
    }
    const top = golden.pictures[FILES[0]!]!.label_ids[0]!;
    expect(found).toEqual([
      'IMAGE_TRUNCATED',
      'IMAGE_UNREADABLE',
      `ok ${top}`,
      'IMAGE_MISSING',
      'IMAGE_UNREADABLE',
    ]);
    expect(run.summary()).toMatchObject({ images: 5, ok: 1, failed: 4, notPredicted: 0, retried: 0 });
  });

  test('a batch gives what its pictures give alone', async () => {
    const alone = await recordsOf(options(mode));
    const spec = { ...options(mode).spec, batchSize: 4 };
    const batched = await recordsOf(options(mode, { spec }));
    for (const [i, record] of batched.entries()) {
      const scores = (of: ResultRecord): number[] => classes(of).map(({ score }) => score);
      expect(largestDifference(scores(record), scores(alone[i]!))).toBeLessThan(1e-5);
    }
  });

  test('a name that is not UTF-8 is opened by its bytes', async () => {
    const path = Buffer.concat([
      Buffer.from(`${tempFolder()}/`),
      Buffer.from([0x66, 0xff, 0x2e, 0x6a, 0x70, 0x67]),
    ]);
    copyFileSync(join(FOLDER, FILES[0]!), path);
    const entry = { image: path.toString(), imageBytes: path.toString('base64') };
    const [record] = await recordsOf(options(mode, { images: [entry] }));
    rmSync(path);
    expect(record).toMatchObject({ status: 'ok', ...entry });
  });

  test('drawings are written where the run wants them, as a stage of their own', async () => {
    const drawings = tempFolder();
    const run = await startRun(options(mode, { artifacts: { drawings } }));
    for await (const record of run.records) {
      expect(isRecord(record)).toBe(true);
      expect((record as OkRecord).ms.artifacts).toBeGreaterThan(0);
      // It is there when the record is.
      expect(existsSync(join(drawings, `${record.image}.png`))).toBe(true);
    }
    expect(run.summary()).toMatchObject({
      ok: FILES.length,
      ms: { artifacts: { mean: expect.any(Number) as number } },
    });
  });

  test('the summary says what the run was', async () => {
    const run = await startRun(options(mode));
    let first: ResultRecord | undefined;
    for await (const record of run.records) first ??= record;
    const summary = run.summary();
    expect(summary).toMatchObject({
      images: FILES.length,
      ok: FILES.length,
      mode,
      workers: 2,
      threadsPerWorker: 1,
    });
    expect(summary.model).toBe(run.handle.name);
    expect(summary.ms.inference.p50).toBeGreaterThan(0);
    expect(summary.ms.inference.p95).toBeGreaterThanOrEqual(summary.ms.inference.p50);
    expect((first as Classified).ms.at).toBeLessThanOrEqual(summary.seconds * 1000);
    const memory = 'pssMiB' in summary.memory ? summary.memory.pssMiB : summary.memory.rssMiB;
    expect(memory).toBeGreaterThan(20);
  });
});

test.each(MODES)('%s: a run can be ended at any moment of its start', async (mode) => {
  // A signal during preparation rejects the start. The model is prepared first, so that none comes in it.
  await recordsOf(options(mode));
  for (let after = 0; after <= 400; after += 40) {
    const run = await startRun(options(mode, { signal: AbortSignal.timeout(after) }));
    let read = 0;
    for await (const record of run.records) read += record.status === 'ok' ? 1 : 0;
    expect(run.summary()).toMatchObject({ ok: read, failed: 0, notPredicted: FILES.length - read });
  }
});

test('a model that is not there is told before any worker starts', async () => {
  const spec = { ...options('thread').spec, model: 'no/such/model' };
  await expect(startRun(options('thread', { spec }))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test.each(MODES)('%s: a network that cannot be opened ends the run as a wrong call', async (mode) => {
  const model = tempFolder();
  for (const name of readdirSync(MODEL)) copyFileSync(join(MODEL, name), join(model, name));
  const run = await startRun(options(mode, { spec: { ...options(mode).spec, model, shareWeights: false } }));
  const network = readdirSync(model).find((name) => name.endsWith('.onnx'))!;
  writeFileSync(join(model, network), readFileSync(join(model, network)).subarray(0, 5000));
  const records = (async (): Promise<void> => {
    for await (const record of run.records) expect(record.status).toBe('never');
  })();
  await expect(records).rejects.toMatchObject({ kind: 'call' });
  expect(run.summary()).toMatchObject({ ok: 0, failed: 0, notPredicted: FILES.length });
});

test.each([
  ['ppocr-v4', 1, 2, 2],
  ['ppocr-v4', 2, 2, 1],
  ['ppocr-v4', 1, undefined, 1],
  [MODEL, 1, 2, 1],
])('%s, %d pictures, %s CPUs: %d threads a clone', async (model, pictures, shareableCpus, threads) => {
  const images = ['single_line_a.png', 'small_text_a.png'].slice(0, pictures);
  const run = await startRun(
    options('thread', {
      spec: { model, threads: 1, batchSize: 1, shareWeights: true },
      images: images.map((name) => ({ image: `fixtures/ocr/pictures/${name}` })),
      ...(shareableCpus !== undefined && { shareableCpus }),
    }),
  );
  for await (const record of run.records) expect(record.status).toBe('ok');
  expect(run.summary().threadsPerWorker).toBe(threads);
});
