import { createHash } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { ResumableFormat } from '../contracts/results.js';
import { KeySet } from '../sources/key-set.js';
import type { Answered } from './answered.js';
import { answeredInJsonl } from './jsonl-journal.js';
import { wholeLinesEnd } from './line-ends.js';

/** An output of an earlier run. */
export interface Journal {
  /** `recordKey`s of the completed pictures. */
  readonly done: KeySet;
  /** One of them. */
  readonly example: string | undefined;
  /** Whether it is a table with columns for pages; undefined for other formats, and for a table without a header. */
  readonly pageColumns: boolean | undefined;
  /** How many of them failed and are not retried. */
  readonly keptErrors: number;
  /**
   * Removes failed pictures that will be retried, pictures with missing rows, duplicate records and an incomplete last line.
   * The file is replaced atomically.
   */
  clean(): Promise<void>;
}

interface Range {
  start: number;
  end: number;
}

/**
 * Reads an output without changing it.
 * @param retryErrors whether failed pictures count as not done
 * @throws FdeployError RESUME_IMPOSSIBLE if it is not an output of fdeploy, or cannot be read
 */
export async function readJournal(
  file: string,
  format: ResumableFormat,
  retryErrors: boolean,
): Promise<Journal> {
  try {
    return await journalOf(file, format, retryErrors);
  } catch (cause) {
    if (cause instanceof FdeployError) throw cause;
    const message = `--resume cannot continue '${file}': it cannot be read (${(cause as Error).message})`;
    throw new FdeployError('RESUME_IMPOSSIBLE', message, { file, cause });
  }
}

async function journalOf(file: string, format: ResumableFormat, retryErrors: boolean): Promise<Journal> {
  const { end, size } = await wholeLinesEnd(file, format === 'csv');
  const done = new KeySet();
  let example: string | undefined;
  const dropped: Range[] = [];
  let keptErrors = 0;
  for await (const answered of answers(file, format, end)) {
    const counts = answered.status === 'ok' || (answered.status === 'error' && !retryErrors);
    if (!counts || !done.add(answered.key)) {
      dropped.push({ start: answered.start, end: answered.end });
      continue;
    }
    example ??= answered.key;
    if (answered.status === 'error') keptErrors++;
  }
  if (end < size) dropped.push({ start: end, end: size });
  return {
    done,
    example,
    keptErrors,
    pageColumns: await pageColumnsOf(file, format),
    clean: async () => {
      if (dropped.length > 0) await rewriteWithout(file, dropped);
    },
  };
}

async function pageColumnsOf(file: string, format: ResumableFormat): Promise<boolean | undefined> {
  if (format !== 'csv') return undefined;
  return await (await import('./csv-journal.js')).hasPageColumns(file);
}

async function* answers(file: string, format: ResumableFormat, end: number): AsyncGenerator<Answered> {
  if (format === 'jsonl') yield* answeredInJsonl(file, end);
  else yield* (await import('./csv-journal.js')).answeredInCsv(file, end);
}

/**
 * Writes a new file beside the old one and replaces it when the new one is synced to disk. `writeAtomically` is not used,
 * since an output may not fit in memory, and killed rewrites must not accumulate temporary files.
 */
async function rewriteWithout(named: string, dropped: readonly Range[]): Promise<void> {
  const file = await realpath(named);
  // The name is unique to this file and always the same, so the next rewrite removes the remains of a killed one.
  const digest = createHash('sha256').update(file).digest('hex').slice(0, 16);
  const part = path.join(path.dirname(file), `.fdeploy-${digest}.part`);
  try {
    await rm(part, { force: true });
    const { mode } = await stat(file);
    const from = await open(file, 'r');
    try {
      const to = await open(part, 'wx', mode);
      try {
        await copyWithout(from, to, dropped);
        await to.sync();
      } finally {
        await to.close();
      }
    } finally {
      await from.close();
    }
    await rename(part, file);
    await syncFolder(path.dirname(file));
  } catch (cause) {
    await rm(part, { force: true });
    const message = `'${named}' could not be rewritten for --resume (${(cause as Error).message}); it is unchanged`;
    throw new FdeployError('OUTPUT_FAILED', message, { file: named, cause });
  }
}

const CHUNK = 1 << 20;

async function copyWithout(from: FileHandle, to: FileHandle, dropped: readonly Range[]): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let next = 0;
  for (let at = 0; ;) {
    const { bytesRead } = await from.read(chunk, 0, CHUNK, at);
    if (bytesRead === 0) return;
    const kept: Buffer[] = [];
    let position = at;
    const end = at + bytesRead;
    for (; next < dropped.length && dropped[next]!.start < end; next++) {
      const hole = dropped[next]!;
      if (hole.start > position) kept.push(chunk.subarray(position - at, hole.start - at));
      position = Math.min(end, Math.max(position, hole.end));
      if (hole.end > end) break; // it continues in the next chunk
    }
    if (position < end) kept.push(chunk.subarray(position - at, bytesRead));
    for (const piece of kept) await to.writeFile(piece);
    at = end;
  }
}

/** Syncs the folder, if the system supports it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
