import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Picture } from '#src/contracts/picture.js';
import type { OkRecord, ResultRecord, Task } from '#src/contracts/results.js';

/** Records of all four tasks, taken from what FastDeploy and RapidOCR gave for the pictures beside them. */
export const RESULTS = fileURLToPath(new URL('../../fixtures/results/', import.meta.url));

export const records = readFileSync(`${RESULTS}records.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as ResultRecord);

export const okRecords = <T extends Task>(task: T): Extract<OkRecord, { task: T }>[] =>
  records.flatMap((record) =>
    record.status === 'ok' && record.task === task ? [record as Extract<OkRecord, { task: T }>] : [],
  );

/** The picture of a record as sharp decodes it. */
export async function pictureOf(record: ResultRecord): Promise<Picture> {
  const { data, info } = await sharp(`${RESULTS}${record.image}`)
    .rotate()
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3, order: 'rgb' };
}
