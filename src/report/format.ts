import type { RunSummary, StageSummaries, Task, TASKS } from '../contracts/results.js';

/** Each of some names with its position among them. */
type Positions<Names extends readonly string[]> = {
  readonly [At in keyof Names & `${number}` as Names[At]]: At extends `${infer Position extends number}`
    ? Position
    : never;
};

/** What stands in a row in place of a task: its position in `TASKS`. */
export const KIND = {
  classification: 0,
  detection: 1,
  segmentation: 2,
  ocr: 3,
} as const satisfies Positions<typeof TASKS>;

/** What stands there for a picture that failed. */
export const FAILED = -1;

/** Whether a picture has a thumbnail, and a picture of its masks to lay over it. */
export const PICTURE = { none: 0, thumbnail: 1, masked: 2 } as const;
export type PictureFlag = (typeof PICTURE)[keyof typeof PICTURE];

/** Milliseconds of the stages, in the order of `STAGES`; the last only where files were written. */
export type RowTimes = number[];

/** A predicted picture, by position to keep a page of 50,000 small. */
export type OkRow = [
  kind: (typeof KIND)[Task],
  /** Position in `PageTables.folders`. */
  folder: number,
  name: string,
  picture: PictureFlag,
  width: number,
  height: number,
  /** Milliseconds since the run's start. */
  at: number,
  times: RowTimes,
  /** Positions in `PageTables.labels`, one an item; empty for ocr. */
  labels: number[],
  /** One an item: score, or a segment's share; -1 where an ocr line has none. */
  scores: number[],
  /** `packPoints` of each item's box (2 points) or quad (4 points); `''` without. */
  shapes: string,
  /** Recognised text of each line; ocr only. */
  texts: string[],
];

/** A picture that failed; `code` is a position in `PageTables.codes`. */
export type ErrorRow = [
  kind: typeof FAILED,
  folder: number,
  name: string,
  picture: PictureFlag,
  code: number,
  message: string,
  attempts: number,
];
export type PageRow = OkRow | ErrorRow;

export interface PageLabel {
  task: Task;
  id: number;
  label: string | null;
  /** Items that have it; of a picture's classes only the best. */
  count: number;
}

export interface PageStats {
  ok: number;
  failed: number;
  /** Seconds that one bar of `throughput` covers. */
  barSeconds: number;
  /** Pictures done in each span of `barSeconds`. */
  throughput: number[];
  stages: StageSummaries;
  /** Items by score, in twenty equal steps from 0 to 1; segments are not counted. */
  scores: number[];
}

/** What the rows refer to; written behind them. */
export interface PageTables {
  /** Of the document: what was predicted with what. */
  title: string;
  /** What the page is called: the model, where it is known. */
  heading: string;
  /** The deepest folder that all pictures lie in, without a slash at its end; empty where they have none in common. */
  folder: string;
  rows: number;
  /** The folder as it stands in the records, and its address as the page reaches it; both end in `/` or are empty. */
  folders: [shown: string, address: string][];
  labels: PageLabel[];
  codes: { code: string; count: number }[];
  stats: PageStats;
  summary: RunSummary | null;
}

/** Rows in one thumbnail folder. */
export const ROWS_PER_FOLDER = 1000;

/** The folder of the thumbnails, from the page. */
export const THUMBNAILS = 'thumbs';

/** Where a row's thumbnail lies, from the page. */
export const thumbnailPath = (row: number): string =>
  `${THUMBNAILS}/${Math.floor(row / ROWS_PER_FOLDER)}/${row}.webp`;

/** Where the picture of a row's masks lies, from the page. */
export const maskPath = (row: number): string =>
  `${THUMBNAILS}/${Math.floor(row / ROWS_PER_FOLDER)}/${row}.mask.png`;

/** Whether a path, from the page, is one of those two for some row. */
export function isThumbnail(path: string): boolean {
  const row = Number(/\/(\d+)\.[^/]*$/.exec(path)?.[1]);
  return path === thumbnailPath(row) || path === maskPath(row);
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
/** Largest packed value; the picture's sides are divided into so many steps. */
export const STEPS = 4095;

function pack(value: number, side: number): string {
  const step = Math.min(STEPS, Math.max(0, Math.round((value / side) * STEPS)));
  return DIGITS.charAt(step >> 6) + DIGITS.charAt(step & 63);
}

/** Points as four characters each, relative to the picture's size. */
export function packPoints(points: readonly (readonly number[])[], width: number, height: number): string {
  return points.map(([x, y]) => pack(x ?? 0, width) + pack(y ?? 0, height)).join('');
}

/** The points that `packPoints` wrote, each coordinate 0 to STEPS. */
export function unpackPoints(packed: string): [number, number][] {
  const value = (at: number): number =>
    DIGITS.indexOf(packed.charAt(at)) * 64 + DIGITS.indexOf(packed.charAt(at + 1));
  return Array.from({ length: packed.length >> 2 }, (_, point) => [value(point * 4), value(point * 4 + 2)]);
}
