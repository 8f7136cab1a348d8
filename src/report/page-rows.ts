import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorRecord, OcrResult, OkRecord, ResultRecord, Task } from '../contracts/results.js';
import { STAGES } from '../contracts/stages.js';
import type { ErrorRow, OkRow, PageLabel, PageRow, PictureFlag, RowExtra } from './format.js';
import { FAILED, KIND, PICTURE, packPoints } from './format.js';

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const quadless = ' '.repeat(16);

/** Converts records to rows, and builds the tables that the rows refer to. */
export class PageRows {
  readonly folders: [shown: string, address: string][] = [];
  readonly labels: PageLabel[] = [];
  readonly codes: { code: string; count: number }[] = [];
  private readonly folderAt = new Map<string, number>();
  private readonly labelAt = new Map<string, number>();
  private readonly codeAt = new Map<string, number>();

  /**
   * @param page folder of the page, absolute
   * @param base folder of the records' relative paths, absolute
   */
  constructor(
    private readonly page: string,
    private readonly base: string,
  ) {}

  row(record: ResultRecord): PageRow {
    return record.status === 'ok' ? this.okRow(record) : this.errorRow(record);
  }

  /** The deepest common folder of all pictures, without a trailing slash; empty if there is none. */
  get commonFolder(): string {
    const [first = [], ...others] = this.folders.map(([shown]) => shown.split('/').slice(0, -1));
    const length = others.reduce((common, parts) => {
      const differs = parts.findIndex((part, at) => part !== first[at]);
      return Math.min(common, differs === -1 ? parts.length : differs);
    }, first.length);
    return first.slice(0, length).join('/');
  }

  private okRow(record: OkRecord): OkRow {
    const { width, height, ms } = record;
    const items = this.items(record);
    return [
      KIND[record.task],
      ...this.place(record.image),
      PICTURE.none,
      width,
      height,
      round(ms.at, 1),
      STAGES.flatMap((stage) => (ms[stage] === undefined ? [] : [round(ms[stage], 2)])),
      items.labels ?? [],
      items.scores.map((score) => round(score, 4)),
      items.shapes ?? '',
      items.texts ?? [],
      ...extraOf(record),
    ];
  }

  private items(record: OkRecord): {
    labels?: number[];
    scores: number[];
    shapes?: string;
    texts?: string[];
  } {
    const { width, height } = record;
    switch (record.task) {
      case 'classification':
        return {
          labels: record.result.classes.map((found, at) => this.label('classification', found, at === 0)),
          scores: record.result.classes.map((found) => found.score),
        };
      case 'detection':
        return {
          labels: record.result.objects.map((object) => this.label('detection', object)),
          scores: record.result.objects.map((object) => object.score),
          shapes: record.result.objects
            .map(({ box }) => packPoints([box.slice(0, 2), box.slice(2)], width, height))
            .join(''),
        };
      case 'segmentation':
        return {
          labels: record.result.segments.map((segment) => this.label('segmentation', segment)),
          scores: record.result.segments.map((segment) => segment.share),
        };
      case 'ocr':
        return {
          scores: record.result.lines.map((line) => line.score ?? -1),
          shapes: record.result.lines
            .map((line) => (line.quad ? packPoints(line.quad, width, height) : quadless))
            .join(''),
          texts: record.result.lines.map((line) => line.text ?? ''),
        };
    }
  }

  private errorRow(record: ErrorRecord): ErrorRow {
    const { code, message } = record.error;
    let at = this.codeAt.get(code);
    if (at === undefined) {
      at = this.codes.push({ code, count: 0 }) - 1;
      this.codeAt.set(code, at);
    }
    this.codes[at]!.count++;
    return [
      FAILED,
      ...this.place(record.image),
      PICTURE.none,
      at,
      message,
      record.attempts,
      ...extraOf(record),
    ];
  }

  private label(task: Task, found: { id: number; label: string | null }, counts = true): number {
    const key = `${task} ${found.id} ${found.label ?? ''}`;
    let at = this.labelAt.get(key);
    if (at === undefined) {
      at = this.labels.push({ task, id: found.id, label: found.label, count: 0 }) - 1;
      this.labelAt.set(key, at);
    }
    if (counts) this.labels[at]!.count++;
    return at;
  }

  private place(image: string): [folder: number, name: string] {
    const cut = image.lastIndexOf('/') + 1;
    const shown = image.slice(0, cut);
    let at = this.folderAt.get(shown);
    if (at === undefined) {
      at = this.folders.push([shown, this.address(shown)]) - 1;
      this.folderAt.set(shown, at);
    }
    return [at, image.slice(cut)];
  }

  /** The folder as a link from the page: relative if possible, so that page and pictures can be moved together. */
  private address(folder: string): string {
    const way = relative(this.page, resolve(this.base, folder));
    if (isAbsolute(way)) return `${pathToFileURL(way).href}/`;
    const parts = way.split(sep).filter((part) => part !== '');
    return parts.length === 0 ? './' : `${parts.map(encodeURIComponent).join('/')}/`;
  }
}

/** The end of a row: nothing, or what only some rows have. */
function extraOf(record: ResultRecord): [RowExtra?] {
  const extra: RowExtra = {};
  if (record.page !== undefined) extra.page = [record.page, record.pages ?? record.page];
  if (record.status === 'ok' && record.task === 'ocr') {
    const { width, height, result } = record;
    if (result.lines.some((line) => line.words))
      extra.words = result.lines.map((line) =>
        (line.words ?? []).map(({ quad }) => packPoints(quad, width, height)).join(''),
      );
    const joined = joinedLines(result);
    if (joined.length > 0) extra.joined = joined;
  }
  return Object.keys(extra).length > 0 ? [extra] : [];
}

/** Lines that follow another one in the same row of `text`. */
function joinedLines({ lines, text = '' }: OcrResult): number[] {
  let end = 0;
  return lines.flatMap((line, at) => {
    const before = text.charAt(end - 1);
    end += (line.text ?? '').length + 1;
    return at > 0 && before === ' ' ? [at] : [];
  });
}

/** Notes that a row has a thumbnail. */
export function setPicture(row: PageRow, picture: PictureFlag): void {
  row[3] = picture;
}
