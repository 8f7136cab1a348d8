import type { Compute } from './compute.js';
import type { ErrorCode } from './errors.js';
import type { RecordName } from './source.js';

export const TASKS = ['classification', 'detection', 'segmentation', 'ocr'] as const;
export type Task = (typeof TASKS)[number];

export interface ClassScore {
  id: number;
  /** null if the model has no label for the id. */
  label: string | null;
  score: number;
}
/** Best class first. */
export interface ClassificationResult {
  classes: ClassScore[];
}

/** Runs of pixels that are alternately outside and inside, row by row; the first run is outside and may be 0. */
export type BinaryRuns = number[];

export interface DetectedObject extends ClassScore {
  /** x0, y0, x1, y1 in pixels of the original picture, clipped to it. */
  box: [number, number, number, number];
  mask?: { width: number; height: number; runs: BinaryRuns };
}
/** Best object first. */
export interface DetectionResult {
  objects: DetectedObject[];
}

export interface Segment {
  id: number;
  label: string | null;
  pixels: number;
  /** Part of the picture, 0 to 1. */
  share: number;
}
export interface LabelRuns {
  width: number;
  height: number;
  /** [id, length] row by row at the original picture's size. */
  runs: [number, number][];
}
/** A label map written as an indexed PNG instead. */
export interface LabelFile {
  width: number;
  height: number;
  file: string;
}
/** Largest segment first. */
export interface SegmentationResult {
  segments: Segment[];
  mask: LabelRuns | LabelFile;
}

export type Point = [x: number, y: number];
export type Quad = [Point, Point, Point, Point];
export interface TextLine {
  text?: string;
  score?: number;
  /** Corners in pixels of the original picture, clockwise from the upper left one. */
  quad?: Quad;
  /** Degrees by which the crop was turned before recognition. */
  angle?: 0 | 180;
  angleScore?: number;
  /** Only where they are asked for. */
  words?: TextWord[];
}

/** A word of a line: characters between spaces; a Chinese or Japanese character is a word of its own. */
export interface TextWord {
  text: string;
  score: number;
  /** As the quad of a line, and as high as its line. */
  quad: Quad;
}

/**
 * Lines in reading order; in the profile paddleocr as PaddleOCR orders them: from top to bottom and left to right. Fields of a
 * part that did not run are absent.
 */
export interface OcrResult {
  lines: TextLine[];
  /** The rows of the page joined by newlines, the lines of a row by spaces. In the profile paddleocr every line is a row. */
  text?: string;
  /** Clockwise rotation of the page in degrees. It was turned back before reading. */
  angle?: 0 | 90 | 180 | 270;
}

export interface TaskResults {
  classification: ClassificationResult;
  detection: DetectionResult;
  segmentation: SegmentationResult;
  ocr: OcrResult;
}
export type TaskResult = TaskResults[Task];

/** Milliseconds of each stage for one picture. */
export interface StageTimes {
  /** Reading and decoding the file, including time that overlaps with inferences of other pictures. */
  decode: number;
  preprocess: number;
  inference: number;
  postprocess: number;
  /** Drawing and writing artifacts; absent if the run writes none. */
  artifacts?: number;
}

interface RecordBase extends RecordName {
  /** Position in the list of inputs, from 0. */
  index: number;
}
export type OkRecord<T extends Task = Task> = {
  [K in T]: RecordBase & {
    status: 'ok';
    task: K;
    width: number;
    height: number;
    result: TaskResults[K];
    /** `at`: milliseconds from the start of the run until the record was done. */
    ms: StageTimes & { at: number };
  };
}[T];
export type ErrorRecord = RecordBase & {
  status: 'error';
  error: { code: ErrorCode; message: string };
  attempts: number;
};
export type ResultRecord = OkRecord | ErrorRecord;

export interface StageSummary {
  mean: number;
  p50: number;
  p95: number;
}
export type StageSummaries = { [Stage in keyof StageTimes]: StageSummary };

/** Memory of a run in MiB: its proportional set size where the system tells it, else its resident set size. */
export type RunMemory = { pssMiB: number } | { rssMiB: number };

/** `ok + failed + skipped + notPredicted = images`, always. */
export interface RunSummary extends Compute {
  /** The version. */
  fdeploy: string;
  images: number;
  ok: number;
  failed: number;
  skipped: number;
  notPredicted: number;
  retried: number;
  seconds: number;
  imagesPerSecond: number;
  mode: Mode;
  workers: number;
  /** With a queue: number of machines. `workers` counts the clones of all. */
  machines?: number;
  threadsPerWorker: number;
  model: string;
  memory: RunMemory;
  ms: StageSummaries;
}

export const MODES = ['thread', 'process'] as const;
export type Mode = (typeof MODES)[number];

/** How records are written. */
export const FORMATS = ['jsonl', 'json', 'csv', 'txt', 'coco'] as const;
export type Format = (typeof FORMATS)[number];

/** Formats that hold the results of one task only. */
export const FORMAT_TASKS: Readonly<Partial<Record<Format, Task>>> = { coco: 'detection' };

/** Formats that `--resume` can continue. */
export const RESUMABLE_FORMATS = ['jsonl', 'csv'] as const satisfies readonly Format[];
export type ResumableFormat = (typeof RESUMABLE_FORMATS)[number];

export function isResumable(format: Format): format is ResumableFormat {
  return RESUMABLE_FORMATS.some((known) => known === format);
}
