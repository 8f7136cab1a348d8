import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { ErrorCode } from '#src/contracts/errors.js';
import type { OkRecord, ResultRecord } from '#src/contracts/results.js';
import { writeReport } from '#src/report/index.js';
import type { ReportOptions } from '#src/report/index.js';
import { thumbnailPath } from '#src/report/format.js';
import { RESULTS, okRecords } from '../support/result-records.js';
import { tempFolder } from '../support/temp.js';
import { until } from '../support/until.js';

const SCRIPTED = new URL('entries/thumbnails.js', import.meta.url);
const PICTURE = join(RESULTS, okRecords('classification')[0]!.image);

/** SVG whose million rectangles keep its renderer busy for minutes. */
function bomb(): string {
  const uses = (id: string): string =>
    Array.from({ length: 10 }, (_, x) => `<use href="#${id}" x="${x}"/>`).join('');
  const groups = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id, at, all) =>
    at === 0 ? '<g id="a"><path d="M0 0h9v9z"/></g>' : `<g id="${id}">${uses(all[at - 1]!)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="9999" height="9999">${groups.join('')}</svg>`;
}

const predicted = (image: string): OkRecord => ({
  ...structuredClone(okRecords('classification')[0]!),
  image,
});
const failed = (image: string, code: ErrorCode): ResultRecord => ({
  index: 0,
  image,
  status: 'error',
  error: { code, message: code },
  attempts: 1,
});

/** The positions of records that have a thumbnail, and what was said. */
async function thumbnailsOf(
  folder: string,
  records: readonly ResultRecord[],
  options: ReportOptions = {},
): Promise<{ made: number[]; said: string[] }> {
  const said: string[] = [];
  async function* all(): AsyncGenerator<ResultRecord> {
    await Promise.resolve();
    yield* records;
  }
  const page = join(folder, 'page');
  await writeReport(all(), page, null, {
    base: folder,
    notify: (sentence) => said.push(sentence),
    ...options,
  });
  const made = [...records.keys()].filter((at) => existsSync(join(page, thumbnailPath(at))));
  return { made, said };
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a picture that prediction did not decode has no thumbnail', () => {
  const folder = tempFolder();
  copyFileSync(PICTURE, join(folder, 'a.jpg'));

  it('by its error', async () => {
    const codes: ErrorCode[] = [
      'IMAGE_UNREADABLE',
      'IMAGE_TRUNCATED',
      'IMAGE_TOO_LARGE',
      'TIMEOUT',
      'WORKER_CRASHED',
      'INFERENCE_FAILED',
      'ARTIFACT_FAILED',
    ];
    const records = codes.map((code) => failed('a.jpg', code));
    expect(await thumbnailsOf(folder, records)).toEqual({ made: [5, 6], said: [] });
  });

  it('whatever the record says: by its content and its size', async () => {
    writeFileSync(join(folder, 'bomb.png'), bomb());
    const records = ['bomb.png', 'a.jpg', 'gone.jpg'].map(predicted);
    expect(await thumbnailsOf(folder, records)).toEqual({
      made: [1],
      said: [
        'pictures without a thumbnail: 1 missing (relative paths start from the working folder), 1 no longer decodable',
      ],
    });
    expect((await thumbnailsOf(folder, records, { maxPixels: 1000 })).made).toEqual([]);
  });

  it('nor a mask whose file is no picture', async () => {
    const record = structuredClone(okRecords('segmentation')[0]!);
    record.image = 'a.jpg';
    record.result.mask = { width: record.width, height: record.height, file: 'bomb.png' };
    expect((await thumbnailsOf(folder, [record])).made).toEqual([0]);
    expect(readdirSync(join(folder, 'page', 'thumbs', '0'))).toEqual(['0.webp']);
  });
});

describe('a decoder that fails costs one thumbnail', () => {
  const names = ['a', 'hang', 'b', 'crash', 'c', 'hang2', 'crash2', 'd'];
  it.each([1, 3])('with %i processes', async (processes) => {
    const folder = tempFolder();
    const { made, said } = await thumbnailsOf(folder, names.map(predicted), {
      processes,
      thumbnailSeconds: 0.2,
      thumbnailEntry: SCRIPTED,
    });
    expect(made).toEqual([0, 2, 4, 7]);
    for (const at of made)
      expect(readFileSync(join(folder, 'page', thumbnailPath(at)), 'utf8')).toBe(names[at]);
    expect(said).toEqual([
      'pictures without a thumbnail: 2 not decoded within 0.2 s, 2 that crashed the decoder',
    ]);
  });
});

it('says that the process cannot be started', async () => {
  const folder = tempFolder();
  const entry = join(folder, 'entry.mjs');
  writeFileSync(entry, 'process.exit(3)');
  await expect(
    thumbnailsOf(folder, [predicted('a')], { thumbnailEntry: new URL(`file://${entry}`) }),
  ).rejects.toMatchObject({
    code: 'OUTPUT_FAILED',
    message: expect.stringContaining('exit code 3') as string,
  });
});

describe('its processes end', () => {
  it('with an interrupt, whatever they are at', async () => {
    const folder = tempFolder();
    const pids = join(folder, 'pids');
    const controller = new AbortController();
    const names = ['a', ...Array.from({ length: 200 }, (_, at) => `hang${at}`)];
    const page = thumbnailsOf(folder, names.map(predicted), {
      processes: 2,
      signal: controller.signal,
      thumbnailEntry: SCRIPTED,
    });
    await until(() => existsSync(pids) && readFileSync(pids, 'utf8').trim().split('\n').length === 3);
    controller.abort();
    await expect(page).rejects.toMatchObject({ name: 'AbortError' });
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) await until(() => !alive(Number(pid)));
  });

  it('with the process that started them', async () => {
    const entry = fileURLToPath(new URL('../../dist/report/thumbnails/entry.js', import.meta.url));
    const script = `import { fork } from 'node:child_process';
      const child = fork(${JSON.stringify(entry)}, { execArgv: [] });
      child.once('message', () => console.log(child.pid));`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !alive(pid));
  });

  it('not with a terminal’s Ctrl-C, which is the parent’s to decide', async () => {
    const entry = fileURLToPath(new URL('../../dist/report/thumbnails/entry.js', import.meta.url));
    const child = fork(entry, { serialization: 'advanced' });
    await once(child, 'message');
    child.kill('SIGINT');
    child.send({ source: PICTURE, maxPixels: 1e6 });
    const [answer] = (await once(child, 'message')) as [{ type: string; thumbnail: { picture: Uint8Array } }];
    expect(answer.type).toBe('made');
    expect((await sharp(answer.thumbnail.picture).metadata()).format).toBe('webp');
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});
