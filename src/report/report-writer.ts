import { availableParallelism } from 'node:os';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pLimit from 'p-limit';
import { FdeployError } from '../contracts/errors.js';
import type { ResultRecord, RunSummary } from '../contracts/results.js';
import { documentEnd, documentStart, rowsElement } from './document.js';
import { lockOutput, type OutputLock } from '../outputs/index.js';
import type { PageTables } from './format.js';
import { PAGE, PART, checkFolder, removeThumbnails } from './page-folder.js';
import { PageRows, setPicture } from './page-rows.js';
import { StatsCollector } from './page-stats.js';
import { writeThumbnail } from './thumbnails.js';

export interface ReportOptions {
  /** Folder that the records' relative paths start from; left out: the current one. */
  base?: string;
  /** Heading of the page. */
  title?: string;
  /** Thumbnails made at a time; left out: one a CPU. */
  concurrency?: number;
}

/** Records whose thumbnails are made side by side and whose rows are one element of the page. */
const CHUNK = 500;

const failed = (file: string, thrown: unknown): FdeployError => {
  if (thrown instanceof FdeployError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new FdeployError('OUTPUT_FAILED', `cannot write the report "${file}": ${reason}`, {
    file,
    cause: thrown,
  });
};

/** Writes the page of a run, record by record; memory stays that of a few hundred records and the figures of the run. */
export class ReportWriter {
  private readonly stats = new StatsCollector();
  private readonly rows: PageRows;
  private chunk: ResultRecord[] = [];
  private written = 0;
  private writing: Promise<void> = Promise.resolve();
  /** The thumbnails of an earlier report are gone. */
  private cleared: Promise<void> | undefined;

  private constructor(
    private readonly folder: string,
    private readonly base: string,
    private readonly title: string,
    private readonly concurrency: number,
    private readonly part: FileHandle,
    private readonly script: string,
    private readonly lock: OutputLock,
    /** A page of fdeploy stands in the folder. */
    private readonly replaces: boolean,
  ) {
    this.rows = new PageRows(folder, base);
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
    const title = options.title ?? 'fdeploy report';
    let lock: OutputLock | undefined;
    try {
      await mkdir(page, { recursive: true });
      lock = await lockOutput(join(page, PAGE));
      const replaces = await checkFolder(page);
      const part = await open(join(page, PART), 'w');
      const { head, script } = documentStart(title);
      await part.write(head);
      const concurrency = options.concurrency ?? availableParallelism();
      const base = resolve(options.base ?? '.');
      return new ReportWriter(page, base, title, concurrency, part, script, lock, replaces);
    } catch (thrown) {
      await lock?.release();
      throw failed(page, thrown);
    }
  }

  /** @throws FdeployError OUTPUT_FAILED when an earlier record could not be written */
  async add(record: ResultRecord): Promise<void> {
    this.stats.add(record);
    this.chunk.push(record);
    if (this.chunk.length < CHUNK) return;
    await this.writing;
    this.flush();
  }

  private flush(): void {
    const records = this.chunk;
    const first = this.written;
    this.chunk = [];
    this.written += records.length;
    this.writing = this.writeChunk(records, first).catch((thrown: unknown) => {
      throw failed(this.folder, thrown);
    });
    this.writing.catch(() => undefined); // whoever awaits `writing` gets it
  }

  private async writeChunk(records: readonly ResultRecord[], first: number): Promise<void> {
    await (this.cleared ??= removeThumbnails(this.folder));
    const rows = records.map((record) => this.rows.row(record));
    const limit = pLimit(this.concurrency);
    await Promise.all(
      records.map((record, at) =>
        limit(async () => {
          setPicture(rows[at]!, await writeThumbnail(this.folder, this.base, first + at, record));
        }),
      ),
    );
    await this.part.write(rowsElement(rows));
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
    await this.writing;
    this.flush();
    await this.writing;
    const tables: PageTables = {
      title: this.title,
      rows: this.written,
      folders: this.rows.folders,
      labels: this.rows.labels,
      codes: this.rows.codes,
      stats: this.stats.stats(),
      summary,
    };
    try {
      await this.part.write(documentEnd(tables, this.script));
      await this.part.close();
      await rename(join(this.folder, PART), file);
      return file;
    } catch (thrown) {
      throw failed(file, thrown);
    } finally {
      await this.lock.release();
    }
  }

  /** Gives the page up: one that was there before stays. */
  async abandon(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.part.close();
    if (this.cleared && !this.replaces) await removeThumbnails(this.folder);
    await rm(join(this.folder, PART), { force: true });
    await this.lock.release();
  }
}
