import { ALL_RECORDS, ERROR_RECORD, recordValidator, RECORDS } from '../support/records.js';

const isRecord = recordValidator();

test.each(ALL_RECORDS.map((record) => [record.image, record] as const))('takes %s', (_, record) => {
  expect(isRecord(record)).toBe(true);
});

test('takes pages of a document', () => {
  expect(isRecord({ ...RECORDS.ocr, page: 3, pages: 12 })).toBe(true);
  expect(isRecord({ ...ERROR_RECORD, page: 12, pages: 12 })).toBe(true);
});

const { classification, detection, segmentation, ocr } = RECORDS;
test.each<[string, object]>([
  ['a record without a status', { index: 0, image: 'a.jpg' }],
  ['a field that nobody knows', { ...classification, extra: 1 }],
  ['an error with a result', { ...ERROR_RECORD, result: classification.result }],
  ['an ok record without times', { ...classification, ms: undefined }],
  ["another task's result", { ...classification, result: detection.result }],
  [
    'a box of three numbers',
    { ...detection, result: { objects: [{ ...detection.result.objects[0], box: [1, 2, 3] }] } },
  ],
  [
    'a mask with neither runs nor file',
    { ...segmentation, result: { segments: [], mask: { width: 1, height: 1 } } },
  ],
  [
    'a run of three numbers',
    { ...segmentation, result: { segments: [], mask: { width: 1, height: 1, runs: [[1, 2, 3]] } } },
  ],
  ['an angle of 90 degrees', { ...ocr, result: { lines: [{ angle: 90 }] } }],
  ['a negative index', { ...ERROR_RECORD, index: -1 }],
  ['page 0', { ...ocr, page: 0, pages: 3 }],
  ['a page without the number of pages', { ...ocr, page: 1 }],
])('refuses %s', (_, record) => {
  expect(isRecord(JSON.parse(JSON.stringify(record)))).toBe(false);
});
