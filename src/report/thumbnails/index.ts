import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import type { ResultRecord } from '../../contracts/results.js';
import { makeFolder } from '../../files/make-folder.js';
import { DEFAULT_DECODE } from '../../images/decode.js';
import type { PageRow } from '../format.js';
import { PICTURE, maskPath, thumbnailPath } from '../format.js';
import { setPicture } from '../page-rows.js';
import { THUMBNAIL_SECONDS, ThumbnailMaker } from './maker.js';
import type { ThumbnailOutcome } from './process.js';
import { thumbnailRequest } from './request.js';

export interface ThumbnailOptions {
  /** Number of processes that make thumbnails. Default: one per CPU, at most 8. */
  processes?: number;
  /** Time limit per thumbnail in seconds. Default: 20. */
  thumbnailSeconds?: number;
  /** Larger pictures get no thumbnail. Default: as for prediction. */
  maxPixels?: number;
  /** When aborted, no more thumbnails are made. */
  signal?: AbortSignal;
  /** Module that the processes run, for tests. */
  thumbnailEntry?: URL;
}

const MOST_PROCESSES = 8;

/** The thumbnails of a page. */
export class Thumbnails {
  private readonly maker: ThumbnailMaker;
  private readonly maxPixels: number;
  private readonly seconds: number;
  private readonly outcomes = new Map<ThumbnailOutcome['kind'], number>();
  private readonly stop = (): void => {
    this.maker.end();
  };

  /**
   * @param page folder of the page, absolute
   * @param base folder of the records' relative paths, absolute
   */
  constructor(
    private readonly page: string,
    private readonly base: string,
    private readonly options: ThumbnailOptions,
  ) {
    const { processes = Math.min(MOST_PROCESSES, availableParallelism()), signal, thumbnailEntry } = options;
    this.seconds = options.thumbnailSeconds ?? THUMBNAIL_SECONDS;
    this.maxPixels = options.maxPixels ?? DEFAULT_DECODE.maxPixels;
    this.maker = new ThumbnailMaker({
      processes,
      seconds: this.seconds,
      ...(thumbnailEntry && { entry: thumbnailEntry }),
    });
    if (signal?.aborted) this.stop();
    signal?.addEventListener('abort', this.stop, { once: true });
  }

  /** Resolves when another thumbnail may be requested. */
  room(): Promise<void> {
    return this.maker.room();
  }

  /**
   * Writes the thumbnail of a record's picture and the overlay of its masks, if any, and notes it in the row. The record is
   * not kept in memory meanwhile.
   *
   * @param at position of the record
   * @throws FdeployError OUTPUT_FAILED, or the file system's error where the thumbnail cannot be written
   */
  write(row: PageRow, at: number, record: ResultRecord): Promise<void> {
    const request = thumbnailRequest(record, this.base, this.maxPixels);
    return request === undefined ? Promise.resolve() : this.finish(row, at, this.maker.make(request));
  }

  private async finish(row: PageRow, at: number, making: Promise<ThumbnailOutcome>): Promise<void> {
    const outcome = await making;
    this.outcomes.set(outcome.kind, (this.outcomes.get(outcome.kind) ?? 0) + 1);
    if (outcome.kind !== 'made') return; // the page shows a placeholder
    const { picture, mask } = outcome.thumbnail;
    const file = join(this.page, thumbnailPath(at));
    makeFolder(dirname(file));
    await writeFile(file, picture);
    if (mask) await writeFile(join(this.page, maskPath(at)), mask);
    setPicture(row, mask ? PICTURE.masked : PICTURE.thumbnail);
  }

  /** Stops all work. Waiting requests get no thumbnail. */
  end(): void {
    this.options.signal?.removeEventListener('abort', this.stop);
    this.maker.end();
  }

  /** A message about predicted pictures without a thumbnail; undefined if all have one. */
  missing(): string | undefined {
    const reasons = {
      missing: 'missing (relative paths start from the working folder)',
      refused: 'no longer decodable',
      overdue: `not decoded within ${this.seconds} s`,
      crashed: 'that crashed the decoder',
      'given-up': 'skipped after the interrupt',
    };
    const parts = Object.entries(reasons).flatMap(([kind, why]) => {
      const count = this.outcomes.get(kind as keyof typeof reasons) ?? 0;
      return count > 0 ? [`${count} ${why}`] : [];
    });
    return parts.length > 0 ? `pictures without a thumbnail: ${parts.join(', ')}` : undefined;
  }
}
