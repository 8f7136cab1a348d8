import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { makeSink, openFileTarget } from '#src/sinks/index.js';
import type { ResultRecord, Task } from '#src/contracts/results.js';
import { ERROR_RECORD, RECORDS } from '../support/records.js';
import { sinkBytes } from '../support/sink-text.js';
import { folder, head, written } from '../support/sink-file.js';

describe('csv', () => {
  const rows = async (task: Task, ...records: ResultRecord[]): Promise<Record<string, string>[]> =>
    parse(await written('csv', records, task), { columns: true, record_delimiter: '\r\n' });

  test('has a row for each class', async () => {
    const found = await rows('classification', RECORDS.classification);
    expect(found).toHaveLength(2);
    expect(found[1]).toEqual({
      index: '0',
      image: 'photos/a.jpg',
      status: 'ok',
      errorCode: '',
      errorMessage: '',
      attempts: '',
      width: '500',
      height: '375',
      item: '2',
      items: '2',
      id: '7',
      label: '',
      score: '0.125',
      decodeMs: '1.5',
      preprocessMs: '0.25',
      inferenceMs: '12',
      postprocessMs: '0.125',
      atMs: '1000',
    });
  });

  test('has a row for each object, without its mask', async () => {
    const [star, cross] = await rows('detection', RECORDS.detection);
    expect(star).toMatchObject({ label: 'star', x0: '1.5', y0: '2', x1: '30', y1: '40.25' });
    expect(cross).toMatchObject({ label: 'cross, "red"', item: '2', items: '2' });
    expect(cross).not.toHaveProperty('mask');
  });

  test('has a row for each segment and one for a picture without any', async () => {
    const found = await rows('segmentation', RECORDS.segmentation, RECORDS.segmentationFile);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ label: 'background', pixels: '187500', share: '1' });
    expect(found[1]).toMatchObject({ item: '', items: '0', label: '', status: 'ok' });
  });

  test('has a row for each line, formulas guarded and parts that did not run blank', async () => {
    const [first, second] = await rows('ocr', RECORDS.ocr);
    expect(first).toMatchObject({ text: "'=SUM(A1)\n二行", x2: '10', y2: '5', angle: '180' });
    expect(second).toMatchObject({ text: 'plain', score: '', x0: '', angle: '' });
  });

  test('has no columns for parts of an OCR pipeline that the model does not have', async () => {
    const headers = async (...parts: string[]): Promise<string[]> => {
      const files = Object.fromEntries(parts.map((part) => [part, `${part}.onnx`]));
      const bytes = await sinkBytes('csv', { name: 'ocr', task: 'ocr', files }, [RECORDS.ocr]);
      const [row = {}] = parse<Record<string, string>>(bytes, { columns: true, record_delimiter: '\r\n' });
      return Object.keys(row).slice(Object.keys(row).indexOf('items') + 1, -5);
    };
    expect(await headers('rec')).toEqual(['text', 'score']);
    expect(await headers('det')).toEqual(['x0', 'y0', 'x1', 'y1', 'x2', 'y2', 'x3', 'y3']);
    expect(await headers('det', 'cls', 'rec')).toHaveLength(12);
  });

  test('has one row for an error', async () => {
    expect(await rows('ocr', ERROR_RECORD)).toMatchObject([
      {
        image: 'file:-caf%E9',
        status: 'error',
        errorCode: 'IMAGE_UNREADABLE',
        items: '0',
        attempts: '1',
        text: '',
      },
    ]);
  });

  test('ends every row in CRLF and quotes what RFC 4180 wants quoted', async () => {
    const text = await written('csv', [RECORDS.detection], 'detection');
    expect(text.split('\r\n')).toHaveLength(4);
    expect(text).toContain(',"cross, ""red""",');
    // spreadsheets end a row at a bare line feed that is not quoted
    expect(await written('csv', [RECORDS.ocr], 'ocr')).toContain(`,"'=SUM(A1)\n二行",`);
  });

  test('is a header where there is no record, and none where a run goes on', async () => {
    expect(await written('csv', [])).toMatch(/^index,image,.*,atMs\r\n$/);
    const file = path.join(folder, 'resumed.csv');
    const sink = makeSink('csv', await openFileTarget(file, 'a'), head('ocr', true));
    await sink.end();
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});
