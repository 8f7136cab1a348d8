import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { predictFiles, type OkRecord, type ResultRecord, type RunSummary } from 'fdeploy';
import { MODES, type Mode } from '#src/contracts/results.js';
import { tempFolder } from '../support/temp.js';

const MODEL = 'fixtures/models/shapes-cls-pplcnet-onnx';
const PICTURES = 'fixtures/pictures/cls';
const COUNT = 500;

/** A folder of 500 pictures: the fixtures again and again, each under a name of its own. */
async function manyPictures(): Promise<string> {
  const folder = tempFolder();
  const names = (await readdir(PICTURES)).filter((name) => !name.endsWith('.json'));
  for (let i = 0; i < COUNT; i++) {
    const name = names[i % names.length]!;
    await copyFile(path.join(PICTURES, name), path.join(folder, `${String(i).padStart(3, '0')}-${name}`));
  }
  return folder;
}

async function predictAll(images: string, mode: Mode, workers: number) {
  const records: ResultRecord[] = [];
  const run = predictFiles({ model: MODEL, images: [images], mode, workers });
  let step = await run.next();
  for (; !step.done; step = await run.next()) records.push(step.value);
  return { records, summary: step.value };
}

/** What of the records must not hang on mode, workers or time. */
function substance(records: readonly ResultRecord[]) {
  return records
    .map((record) => {
      const { image, index, task, width, height, result } = record as OkRecord;
      return { index, image, task, width, height, result };
    })
    .sort((a, b) => a.index - b.index);
}

describe('predictFiles over 500 pictures', () => {
  let folder: string;
  let reference: ReturnType<typeof substance>;
  beforeAll(async () => {
    folder = await manyPictures();
    reference = substance((await predictAll(folder, 'thread', 1)).records);
  });

  it.each(MODES.flatMap((mode) => [2, 3].map((workers) => [mode, workers] as const)))(
    'in %s mode with %i workers: each picture once, the records of one worker',
    async (mode, workers) => {
      const { records, summary } = await predictAll(folder, mode, workers);
      expect(records).toHaveLength(COUNT);
      expect(new Set(records.map(({ index }) => index)).size).toBe(COUNT);
      expect(substance(records)).toEqual(reference);
      const { images, ok, failed, skipped, notPredicted }: RunSummary = summary;
      expect({ images, ok, failed, skipped, notPredicted }).toEqual({
        images: COUNT,
        ok: COUNT,
        failed: 0,
        skipped: 0,
        notPredicted: 0,
      });
    },
  );
});

describe('predictFiles', () => {
  it.each(MODES)('ends in %s mode when its signal is aborted', async (mode) => {
    const abort = new AbortController();
    let seen = 0;
    for await (const record of predictFiles({
      model: MODEL,
      images: [PICTURES],
      mode,
      workers: 1,
      signal: abort.signal,
    })) {
      expect(record.status).toBe('ok');
      if (++seen === 3) abort.abort();
    }
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(seen).toBeLessThan(20);
  });

  it('refuses a wrong option and an option of another task by name', async () => {
    const first = (options: object) => predictFiles({ model: MODEL, images: [PICTURES], ...options }).next();
    await expect(first({ workers: 0 })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('workers') as string,
    });
    await expect(first({ scoreMaps: true })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(first({ images: ['no/such/*.jpg'] })).rejects.toMatchObject({ code: 'NO_IMAGES' });
  });
});

it('leaves out what it drew before, and says so', async () => {
  const folder = tempFolder();
  await copyFile(path.join(PICTURES, 'cls_000.jpg'), path.join(folder, 'a.jpg'));
  const saveImages = path.join(folder, 'drawn');
  const said: string[] = [];
  const notify = (sentence: string): void => void said.push(sentence);
  for (const run of ['first', 'second']) {
    const images: string[] = [];
    const options = { model: MODEL, images: [folder], workers: 1, saveImages, notify };
    for await (const { image } of predictFiles(options)) images.push(image);
    expect(images).toEqual([path.join(folder, 'a.jpg')]);
    const sentence = `skipped 1 picture in '${saveImages}', which this run writes to (--save-images)`;
    expect(said.includes(sentence)).toBe(run === 'second');
  }
});
