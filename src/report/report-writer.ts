import { rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FdeployError, messageOf } from '../contracts/errors.js';
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
  /** Folder of the records' relative paths. Default: the working folder. */
  base?: string;
  /** Heading of the page. Default: the model and the pictures' folder. */
  title?: string;
  /** The model's name, if there is no summary. */
  model?: string;
  /** Receives a message at the end about pictures without a thumbnail. */
  notify?: Notify;
}

const DEFAULT_TITLE = 'fdeploy report';

/** Number of records per element of the page. */
const CHUNK = 500;

const failed = (file: string, thrown: unknown): FdeployError => {
  if (thrown instanceof FdeployError) return thrown;
  const reason = messageOf(thrown);
  return new FdeployError('OUTPUT_FAILED', `cannot write the report "${file}": ${reason}`, {
    file,
    cause: thrown,
  });
};

/** Rows that are written together, and their pending thumbnails. */
interface Chunk {
  rows: PageRow[];
  thumbnails: Promise<void>[];
}

/** Writes the page of a run, record by record. It keeps only a few hundred rows and the statistics in memory. */
export class ReportWriter {
  private readonly stats = new StatsCollector();
  private readonly rows: PageRows;
  private readonly thumbnails: Thumbnails;
  private chunk: Chunk = { rows: [], thumbnails: [] };
  private added = 0;
  private writing: Promise<void> = Promise.resolve();
  private failure: FdeployError | undefined;
  /** Removal of the thumbnails of an earlier report. */
  private cleared: Promise<void> | undefined;

  private constructor(
    private readonly folder: string,
    private readonly part: FileHandle,
    private readonly script: string,
    private readonly options: ReportOptions,
    private readonly lock: OutputLock,
    /** Whether the folder already has a page of fdeploy. */
    private readonly replaces: boolean,
  ) {
    const base = resolve(options.base ?? '.');
    this.rows = new PageRows(folder, base);
    this.thumbnails = new Thumbnails(folder, base, options);
  }

  /**
   * Starts a page in `folder`, which is created if it does not exist. An existing report is replaced when this one is closed.
   *
   * @throws FdeployError OUTPUT_EXISTS if there is a page of another program, OUTPUT_IN_USE if another run writes one,
   *   OUTPUT_FAILED if the folder cannot be written
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

  /** Keeps the first failure, which the next call throws. */
  private noting(work: Promise<void>): Promise<void> {
    return work.catch((thrown: unknown) => {
      this.failure ??= failed(this.folder, thrown);
    });
  }

  /**
   * Completes the page and moves it into place.
   *
   * @param summary of the run; null: computed from the records
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
      // `writeAtomically` is not used: the page is written incrementally and may not fit in memory.
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

  /** Discards the page. An existing one is kept. */
  async abandon(): Promise<void> {
    this.thumbnails.end();
    await Promise.all(this.chunk.thumbnails);
    await this.writing;
    await this.part.close();
    if (this.cleared && !this.replaces) await removeThumbnails(this.folder);
    this.discard();
    await this.lock.release();
  }

  /** Discards the page immediately, for a process that is about to end. Nothing can be added afterwards. */
  discard(): void {
    this.thumbnails.end();
    rmSync(join(this.folder, PART), { force: true });
  }
}
