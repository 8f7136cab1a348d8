import { rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { ResultRecord, RunSummary } from '../contracts/results.js';
import type { Notify } from '../contracts/spec.js';
import { makeFolder } from '../files/make-folder.js';
import { lockOutput, type OutputLock } from '../outputs/index.js';
import { documentEnd, documentStart, rowsElement } from './document.js';
import type { PageRow, PageTables } from './format.js';
import { PAGE, PART, checkFolder, removeThumbnails } from './page-folder.js';
import { PageRows } from './page-rows.js';
import { StatsCollector } from './page-stats.js';
import { Thumbnails, type ThumbnailOptions } from './thumbnails/index.js';

export interface ReportOptions extends ThumbnailOptions {
  /** Folder that the records' relative paths start from; left out: the current one. */
  base?: string;
  /** Heading of the page; left out: the model and the pictures' folder. */
  title?: string;
  /** The model's name, where no summary tells it. */
  model?: string;
  /** Hears, at the end, of pictures that have no thumbnail. */
  notify?: Notify;
}

const DEFAULT_TITLE = 'fdeploy report';

/** Records whose rows are one element of the page. */
const CHUNK = 500;

const failed = (file: string, thrown: unknown): FdeployError => {
  if (thrown instanceof FdeployError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new FdeployError('OUTPUT_FAILED', `cannot write the report "${file}": ${reason}`, {
    file,
    cause: thrown,
  });
};

/** Rows that are written together, and the thumbnails of them that are being made. */
interface Chunk {
  rows: PageRow[];
  thumbnails: Promise<void>[];
}

/** Writes the page of a run, record by record; memory stays that of a few hundred rows and the figures of the run. */
export class ReportWriter {
  private readonly stats = new StatsCollector();
  private readonly rows: PageRows;
  private readonly thumbnails: Thumbnails;
  private chunk: Chunk = { rows: [], thumbnails: [] };
  private added = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: FdeployError | undefined;
  /** The thumbnails of an earlier report are gone. */
  private cleared: Promise<void> | undefined;

  private constructor(
    private readonly folder: string,
    private readonly part: FileHandle,
    private readonly script: string,
    private readonly options: ReportOptions,
    private readonly lock: OutputLock,
    /** A page of fdeploy stands in the folder. */
    private readonly replaces: boolean,
  ) {
    const base = resolve(options.base ?? '.');
    this.rows = new PageRows(folder, base);
    this.thumbnails = new Thumbnails(folder, base, options);
  }

  /**
   * Begins a page in `folder`, which is made where it is missing. A report that is there already is replaced when
   * this one is closed.
   *
   * @throws FdeployError OUTPUT_EXISTS when another page is there, OUTPUT_IN_USE while another run writes one, OUTPUT_FAILED
   *   when the folder cannot be written
   */
  static async open(folder: string, options: ReportOptions = {}): Promise<ReportWriter> {
    const page = resolve(folder);
    let lock: OutputLock | undefined;
    try {
      makeFolder(page);
      lock = await lockOutput(join(page, PAGE));
      const replaces = await checkFolder(page);
      const part = await open(join(page, PART), 'w');
      const { head, script } = documentStart(options.title ?? DEFAULT_TITLE);
      await part.write(head);
      return new ReportWriter(page, part, script, options, lock, replaces);
    } catch (thrown) {
      await lock?.release();
      throw failed(page, thrown);
    }
  }

  /** @throws FdeployError OUTPUT_FAILED when an earlier record could not be written */
  async add(record: ResultRecord): Promise<void> {
    this.stats.add(record);
    const row = this.rows.row(record);
    this.chunk.rows.push(row);
    await (this.cleared ??= removeThumbnails(this.folder));
    await this.thumbnails.room();
    if (this.failure) throw this.failure;
    this.chunk.thumbnails.push(this.noting(this.thumbnails.write(row, this.added++, record)));
    if (this.chunk.rows.length < CHUNK) return;
    await this.writing;
    this.flush();
  }

  private flush(): void {
    const { rows, thumbnails } = this.chunk;
    this.chunk = { rows: [], thumbnails: [] };
    this.writing = this.noting(
      Promise.all(thumbnails).then(async () => {
        if (!this.failure) await this.part.write(rowsElement(rows));
      }),
    );
  }

  /** The first failure is kept; the next call throws it. */
  private noting(work: Promise<void>): Promise<void> {
    return work.catch((thrown: unknown) => {
      this.failure ??= failed(this.folder, thrown);
    });
  }

  /**
   * Ends the page and puts it in place.
   *
   * @param summary of the run; null: what the records tell
   * @returns the page's file
   * @throws FdeployError OUTPUT_FAILED
   */
  async close(summary: RunSummary | null): Promise<string> {
    const file = join(this.folder, PAGE);
    try {
      await this.writing;
      this.flush();
      await this.writing;
      if (this.failure) throw this.failure;
      await (this.cleared ??= removeThumbnails(this.folder));
      await this.part.write(documentEnd(this.tables(summary), this.script));
      await this.part.close();
      // Not by `writeAtomically`: the page is written as records come, and may not fit in memory.
      await rename(join(this.folder, PART), file);
    } catch (thrown) {
      throw failed(file, thrown);
    } finally {
      this.thumbnails.end();
      await this.lock.release();
    }
    const missing = this.thumbnails.missing();
    if (missing !== undefined) this.options.notify?.(missing);
    return file;
  }

  private tables(summary: RunSummary | null): PageTables {
    const heading = this.options.title ?? summary?.model ?? this.options.model;
    const folder = this.rows.commonFolder;
    const title = [heading, folder, DEFAULT_TITLE].filter((part) => part !== undefined && part !== '');
    return {
      title: title.join(' · '),
      heading: heading ?? DEFAULT_TITLE,
      folder,
      rows: this.added,
      folders: this.rows.folders,
      labels: this.rows.labels,
      codes: this.rows.codes,
      stats: this.stats.stats(),
      summary,
    };
  }

  /** Gives the page up: one that was there before stays. */
  async abandon(): Promise<void> {
    this.thumbnails.end();
    await Promise.all(this.chunk.thumbnails);
    await this.writing;
    await this.part.close();
    if (this.cleared && !this.replaces) await removeThumbnails(this.folder);
    this.discard();
    await this.lock.release();
  }

  /** Gives the page up at once, as for a process that is to end; nothing more can be added. */
  discard(): void {
    this.thumbnails.end();
    rmSync(join(this.folder, PART), { force: true });
  }
}
