import type { ResultRecord, Task, TaskResults } from '../contracts/results.js';

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
    rows: ({ classes }) => classes.map(({ id, label, score }) => [id, label, score]),
  },
  detection: {
    names: ['id', 'label', 'score', 'x0', 'y0', 'x1', 'y1'],
    rows: ({ objects }) => objects.map(({ id, label, score, box }) => [id, label, score, ...box]),
  },
  segmentation: {
    names: ['id', 'label', 'pixels', 'share'],
    rows: ({ segments }) => segments.map(({ id, label, pixels, share }) => [id, label, pixels, share]),
  },
  ocr: {
    names: ['text', 'score', 'x0', 'y0', 'x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'angle', 'angleScore'],
    rows: ({ lines }) =>
      lines.map(({ text = null, score = null, quad, angle = null, angleScore = null }) => [
        text,
        score,
        ...(quad?.flat() ?? Array.from({ length: 8 }, () => null)),
        angle,
        angleScore,
      ]),
  },
};

const NAME = ['index', 'image', 'imageBytes'] as const;
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

/**
 * The header of a task's table.
 * @param pageColumns whether its records may be pages of documents
 */
export function csvHeader(task: Task, pageColumns: boolean): string[] {
  return [...NAME, ...(pageColumns ? PAGE : []), ...FRONT, ...TASK_COLUMNS[task].names, ...BACK];
}

/** A record's rows: one per item, numbered from 1 to `items`. A picture without items or with an error has one row with 0 items. */
export function csvRows(record: ResultRecord, task: Task, pageColumns: boolean): Cell[][] {
  const page = pageColumns ? [record.page ?? null, record.pages ?? null] : [];
  const name = [record.index, record.image, record.imageBytes ?? null, ...page];
  if (record.status === 'error') {
    const { code, message } = record.error;
    const blanks = TASK_COLUMNS[task].names.map(() => null);
    const front = [...name, 'error', code, message, record.attempts, null, null, null, 0];
    return [[...front, ...blanks, ...BACK.map(() => null)]];
  }
  const { decode, preprocess, inference, postprocess, at } = record.ms;
  const back = [decode, preprocess, inference, postprocess, at];
  const items = itemRows(record);
  const front = [...name, 'ok', null, null, null, record.width, record.height];
  if (items.length === 0) return [[...front, null, 0, ...TASK_COLUMNS[task].names.map(() => null), ...back]];
  return items.map((cells, i) => [...front, i + 1, items.length, ...cells, ...back]);
}

function itemRows<T extends Task>(record: { task: T; result: TaskResults[T] }): Cell[][] {
  return TASK_COLUMNS[record.task].rows(record.result);
}
