import type { ResultRecord, Task, TaskResults } from '../contracts/results.js';
import { csvName } from './csv-name.js';

export type Cell = string | number | null;

interface TaskColumns<Result> {
  readonly names: readonly string[];
  /** One row of cells for each class, object, segment or line. */
  rows(result: Result): Cell[][];
}

/** The columns between `items` and the times, by task. */
const TASK_COLUMNS: { readonly [T in Task]: TaskColumns<TaskResults[T]> } = {
  classification: {
    names: ['id', 'label', 'score'],
    rows: ({ classes }) => classes.map(({ id, label, score }) => [id, label, digits(score)]),
  },
  detection: {
    names: ['id', 'label', 'score', 'x0', 'y0', 'x1', 'y1'],
    rows: ({ objects }) => objects.map(({ id, label, score, box }) => [id, label, digits(score), ...box]),
  },
  segmentation: {
    names: ['id', 'label', 'pixels', 'share'],
    rows: ({ segments }) =>
      segments.map(({ id, label, pixels, share }) => [id, label, pixels, digits(share)]),
  },
  ocr: {
    names: ['text', 'score', 'x0', 'y0', 'x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'angle', 'angleScore'],
    rows: ({ lines }) =>
      lines.map(({ text = null, score = null, quad, angle = null, angleScore = null }) => [
        text,
        score === null ? null : digits(score),
        ...(quad?.flat() ?? Array.from({ length: 8 }, () => null)),
        angle,
        angleScore === null ? null : digits(angleScore),
      ]),
  },
};

/** The columns of an OCR pipeline's parts: those of a part that the model does not have are left out. */
const PART_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  det: ['x0', 'y0', 'x1', 'y1', 'x2', 'y2', 'x3', 'y3'],
  cls: ['angle', 'angleScore'],
  rec: ['text', 'score'],
};
export const CSV_PARTS = Object.keys(PART_COLUMNS);

const PAGE = ['page', 'pages'] as const;
const FRONT = [
  'status',
  'errorCode',
  'errorMessage',
  'attempts',
  'width',
  'height',
  'item',
  'items',
] as const;
const BACK = ['decodeMs', 'preprocessMs', 'inferenceMs', 'postprocessMs', 'atMs'] as const;

/** Digits of scores and shares. */
const DIGITS = 6;

/** What a table has columns for. */
export interface CsvShape {
  readonly task: Task;
  /** Its records may be pages of documents. */
  readonly pages: boolean;
  /** ocr: the parts of the model. Default: all. */
  readonly parts?: readonly string[];
}

/** Columns of a table's items, and their positions among all columns of the task. */
function itemColumns({ task, parts = CSV_PARTS }: CsvShape): (readonly [name: string, at: number])[] {
  const missing = CSV_PARTS.filter((part) => !parts.includes(part)).flatMap((part) => PART_COLUMNS[part]!);
  const all = TASK_COLUMNS[task].names.map((name, at) => [name, at] as const);
  return task === 'ocr' ? all.filter(([name]) => !missing.includes(name)) : all;
}

/** The header of a table. */
export function csvHeader(shape: CsvShape): string[] {
  const names = itemColumns(shape).map(([name]) => name);
  return ['index', 'image', ...(shape.pages ? PAGE : []), ...FRONT, ...names, ...BACK];
}

/** A record's rows: one per item, numbered from 1 to `items`. A picture without items or with an error has one row with 0 items. */
export function csvRows(record: ResultRecord, shape: CsvShape): Cell[][] {
  const columns = itemColumns(shape);
  const page = shape.pages ? [record.page ?? null, record.pages ?? null] : [];
  const name = [record.index, csvName(record.image, record.imageBytes), ...page];
  const blanks = columns.map(() => null);
  if (record.status === 'error') {
    const { code, message } = record.error;
    const front = [...name, 'error', code, message, record.attempts, null, null, null, 0];
    return [[...front, ...blanks, ...BACK.map(() => null)]];
  }
  const { decode, preprocess, inference, postprocess, at } = record.ms;
  const back = [decode, preprocess, inference, postprocess, at];
  const items = itemRows(record);
  const front = [...name, 'ok', null, null, null, record.width, record.height];
  if (items.length === 0) return [[...front, null, 0, ...blanks, ...back]];
  return items.map((cells, i) => [
    ...front,
    i + 1,
    items.length,
    ...columns.map(([, position]) => cells[position] ?? null),
    ...back,
  ]);
}

function itemRows<T extends Task>(record: { task: T; result: TaskResults[T] }): Cell[][] {
  return TASK_COLUMNS[record.task].rows(record.result);
}

const digits = (value: number): number => Number(value.toPrecision(DIGITS));
