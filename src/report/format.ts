import type { RunSummary, StageSummaries, Task, TASKS } from '../contracts/results.js';

/** Each of some names with its position among them. */
type Positions<Names extends readonly string[]> = {
  readonly [At in keyof Names & `${number}` as Names[At]]: At extends `${infer Position extends number}`
    ? Position
    : never;
};

/** A row's task: its position in `TASKS`. */
export const KIND = {
  classification: 0,
  detection: 1,
  segmentation: 2,
  ocr: 3,
} as const satisfies Positions<typeof TASKS>;

/** The same for a failed picture. */
export const FAILED = -1;

/** Whether a picture has a thumbnail, and an overlay of its masks. */
export const PICTURE = { none: 0, thumbnail: 1, masked: 2 } as const;
export type PictureFlag = (typeof PICTURE)[keyof typeof PICTURE];

/** Milliseconds of the stages, in the order of `STAGES`; the last one only if artifacts were written. */
export type RowTimes = number[];

/** What only some rows have. */
export interface RowExtra {
  /** The number of a document's page, and how many pages the document has. */
  page?: [number: number, of: number];
  /** `packPoints` of the quads of each line's words (ocr). */
  words?: string[];
  /** Positions of the lines that a space joins to the one before them; newlines join the others (ocr). */
  joined?: number[];
}

/** A predicted picture as an array, to keep a page of 50,000 small. */
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
  /** Positions in `PageTables.labels`, one per item; empty for ocr. */
  labels: number[],
  /** One per item: the score, or a segment's share; -1 for an ocr line without a score. */
  scores: number[],
  /** `packPoints` of each item's box (2 points) or quad (4 points); `''` without. */
  shapes: string,
  /** Recognised text of each line (ocr). */
  texts: string[],
  extra?: RowExtra,
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
  extra?: RowExtra,
];
export type PageRow = OkRow | ErrorRow;

export interface PageLabel {
  task: Task;
  id: number;
  label: string | null;
  /** Number of items; of a picture's classes, only the best counts. */
  count: number;
}

export interface PageStats {
  ok: number;
  failed: number;
  /** Seconds per bar of `throughput`. */
  barSeconds: number;
  /** Pictures done in each interval of `barSeconds`. */
  throughput: number[];
  stages: StageSummaries;
  /** Items by score, in twenty equal steps from 0 to 1; segments are not counted. */
  scores: number[];
}

/** Tables that the rows refer to, written after them. */
export interface PageTables {
  /** Title of the document. */
  title: string;
  /** Heading of the page: the model, if known. */
  heading: string;
  /** The deepest common folder of all pictures, without a trailing slash; empty if there is none. */
  folder: string;
  rows: number;
  /** The folder in the records, and its address from the page; both end in `/` or are empty. */
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

/** Path of a row's thumbnail, relative to the page. */
export const thumbnailPath = (row: number): string =>
  `${THUMBNAILS}/${Math.floor(row / ROWS_PER_FOLDER)}/${row}.webp`;

/** Path of the overlay of a row's masks, relative to the page. */
export const maskPath = (row: number): string =>
  `${THUMBNAILS}/${Math.floor(row / ROWS_PER_FOLDER)}/${row}.mask.png`;

/** Whether a path is one of those two for some row. */
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
