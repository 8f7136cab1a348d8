import { readFileSync } from 'node:fs';
import type { ErrorRecord, OkRecord, ResultRecord } from '#src/contracts/results.js';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** The shipped JSON Schema of a record, as a function that says whether a value is one. */
export function recordValidator(): ValidateFunction {
  const schema = JSON.parse(readFileSync('src/contracts/record.schema.json', 'utf8')) as object;
  return new Ajv2020({ allErrors: true, strictTuples: false }).compile(schema);
}

const ms = { decode: 1.5, preprocess: 0.25, inference: 12, postprocess: 0.125, at: 1000 };
const found = { status: 'ok', width: 500, height: 375, ms } as const;

/** A record of every kind that the contract describes. */
export const RECORDS = {
  classification: {
    index: 0,
    image: 'photos/a.jpg',
    ...found,
    task: 'classification',
    result: {
      classes: [
        { id: 153, label: 'Maltese dog', score: 0.6862 },
        { id: 7, label: null, score: 0.125 },
      ],
    },
  },
  detection: {
    index: 1,
    image: 'photos/b.jpg',
    ...found,
    task: 'detection',
    result: {
      objects: [
        { id: 0, label: 'star', score: 0.5, box: [1.5, 2, 30, 40.25] },
        {
          id: 1,
          label: 'cross, "red"',
          score: 0.25,
          box: [0, 0, 2, 2],
          mask: { width: 2, height: 2, runs: [1, 2, 1] },
        },
      ],
    },
  },
  segmentation: {
    index: 2,
    image: 'photos/c.jpg',
    ...found,
    task: 'segmentation',
    result: {
      segments: [{ id: 0, label: 'background', pixels: 187_500, share: 1 }],
      mask: { width: 500, height: 375, runs: [[0, 187_500]] },
    },
  },
  segmentationFile: {
    index: 3,
    image: 'photos/d.jpg',
    ...found,
    ms: { ...ms, artifacts: 40.5 },
    task: 'segmentation',
    result: { segments: [], mask: { width: 500, height: 375, file: 'masks/photos/d.jpg.png' } },
  },
  ocr: {
    index: 4,
    image: 'photos/e.jpg',
    ...found,
    task: 'ocr',
    result: {
      lines: [
        {
          text: '=SUM(A1)\n二行',
          score: 0.875,
          quad: [
            [0, 0],
            [10, 0],
            [10, 5],
            [0, 5],
          ],
          angle: 180,
          angleScore: 0.75,
        },
        { text: 'plain' },
      ],
      text: '=SUM(A1)\n二行\nplain',
    },
  },
  empty: { index: 5, image: 'photos/f.jpg', ...found, task: 'ocr', result: { lines: [], text: '' } },
} as const satisfies Record<string, OkRecord>;

export const ERROR_RECORD: ErrorRecord = {
  index: 6,
  image: '-caf\uFFFD.jpg',
  imageBytes: Buffer.from([0x2d, 0x63, 0x61, 0x66, 0xe9]).toString('base64'),
  status: 'error',
  error: { code: 'IMAGE_UNREADABLE', message: "'photos/b.jpg' is no picture" },
  attempts: 1,
};

export const ALL_RECORDS: readonly ResultRecord[] = [...Object.values(RECORDS), ERROR_RECORD];
