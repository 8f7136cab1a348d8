import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResultRecord } from '#src/contracts/results.js';
import { ReportWriter } from '#src/report/index.js';
import { contentsOf } from '../support/files.js';
import { RESULTS, okRecords } from '../support/result-records.js';
import { tempFolder } from '../support/temp.js';

const [shown] = okRecords('classification');
const gone = { ...shown!, image: 'gone.jpg' };

describe('files that a report did not write', () => {
  const one = [{ ...shown!, image: join(RESULTS, shown!.image) }];
  const report = async (folder: string, some: readonly ResultRecord[] = one): Promise<void> => {
    const writer = await ReportWriter.open(folder);
    for (const record of some) await writer.add(record);
    await writer.close(null);
  };

  it('stay in its folder', async () => {
    const folder = tempFolder();
    await report(folder, [...one, ...one]);
    const foreign = ['thumbs/mine.jpg', 'thumbs/0/mine.webp', 'thumbs/0/00.webp', 'notes.txt'];
    for (const name of foreign) writeFileSync(join(folder, name), 'mine');
    await report(folder);
    for (const name of foreign) expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    expect(readdirSync(join(folder, 'thumbs/0')).sort()).toEqual(['0.webp', '00.webp', 'mine.webp']);
    await report(folder, []);
    expect(readdirSync(join(folder, 'thumbs/0')).sort()).toEqual(['00.webp', 'mine.webp']);
  });

  it.each<[string, (folder: string) => void]>([
    [
      'thumbs, without a page',
      (folder) => {
        mkdirSync(join(folder, 'thumbs/0'), { recursive: true });
        writeFileSync(join(folder, 'thumbs/0/0.webp'), 'mine');
      },
    ],
    [
      'thumbs, which is a link',
      (folder) => {
        mkdirSync(join(folder, 'photos/0'), { recursive: true });
        writeFileSync(join(folder, 'photos/0/0.webp'), 'mine');
        symlinkSync('photos', join(folder, 'thumbs'));
      },
    ],
    [
      '.index.html.part',
      (folder) => {
        writeFileSync(join(folder, '.index.html.part'), 'mine');
      },
    ],
  ])('in its place are refused: %s', async (_, prepare) => {
    const folder = tempFolder();
    prepare(folder);
    const before = contentsOf(folder);
    await expect(ReportWriter.open(folder)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(contentsOf(folder)).toEqual(before);
  });

  it('are told from what a report left that was killed or given up', async () => {
    const folder = tempFolder();
    const killed = await ReportWriter.open(folder);
    const part = readFileSync(join(folder, '.index.html.part'));
    await killed.abandon();
    writeFileSync(join(folder, '.index.html.part'), part);
    mkdirSync(join(folder, 'thumbs/0'), { recursive: true });
    writeFileSync(join(folder, 'thumbs/0/7.webp'), '');
    const writer = await ReportWriter.open(folder);
    await writer.add(one[0]!);
    for (let i = 1; i < 600; i++) await writer.add(gone);
    await writer.abandon();
    expect(readdirSync(folder)).toEqual([]);
    await report(folder);
    await (await ReportWriter.open(folder)).abandon();
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      ['index.html', 'thumbs', 'thumbs/0', 'thumbs/0/0.webp'].sort(),
    );
  });
});

it('is written by one run at a time', async () => {
  const folder = tempFolder();
  const writer = await ReportWriter.open(folder);
  await expect(ReportWriter.open(join(folder, '.'))).rejects.toMatchObject({ code: 'OUTPUT_IN_USE' });
  await writer.close(null);
  await (await ReportWriter.open(folder)).close(null);
  expect(readdirSync(folder)).toEqual(['index.html']);
});
