import sharp from 'sharp';
import { writeDrawing } from '#src/artifacts/drawing/index.js';
import { okRecords, pictureOf } from '../../support/result-records.js';
import { tempFolder } from '../../support/temp.js';
import { jobOf } from '../../support/list-feed.js';

it('writes the drawn picture under the picture’s own path', async () => {
  const folder = tempFolder();
  const record = okRecords('classification')[0]!;
  const picture = await pictureOf(record);
  const said: string[] = [];
  const job = jobOf(0, 'photos/../b/a <1>.jpg');
  await writeDrawing({ job, picture, task: record.task, result: record.result }, folder, {}, (sentence) =>
    said.push(sentence),
  );
  expect(said).toEqual([]);
  const { format, width } = await sharp(`${folder}/photos/__up/b/a <1>.jpg.png`).metadata();
  expect([format, width % picture.width]).toEqual(['png', 0]);
});
