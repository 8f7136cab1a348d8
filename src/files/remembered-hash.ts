import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { addFile, writeAtomically } from './shared-files.js';

/** State of a file when it was hashed. */
interface Stamp {
  file: string;
  size: string;
  mtime: string;
  /** Time of the last change of any kind. Unlike `mtime`, programs cannot set it. On systems without it, this is `mtime`. */
  ctime: string;
  inode: string;
}

interface Memo {
  hash: string;
  /** Nanoseconds since 1970 when hashing began. */
  at: string;
  stamps: Stamp[];
}

/**
 * A file that was changed shortly before it was hashed may change again without a new time: some file systems count in steps
 * of 2 s.
 */
const RACY_NS = 2_000_000_000n;

/**
 * SHA-256 of files, as hexadecimal digits. It is kept in a file with their paths, sizes, times and inodes, so that unchanged
 * files are not read again.
 * @param memoFile where it is kept; if that cannot be written, the next call hashes again
 * @param kind hashed before the files
 * @param list the files as absolute paths; not called if the kept hash still holds
 * @param signal cancels the reading
 * @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID; what `list` throws; the signal's reason
 */
export async function rememberedHash(
  memoFile: string,
  kind: string,
  list: () => Promise<string[]>,
  signal?: AbortSignal,
): Promise<string> {
  const memo = readMemo(memoFile);
  if (memo && isCurrent(memo)) return memo.hash;

  const at = String(BigInt(Date.now()) * 1_000_000n);
  const files = await list();
  const stamps = files.map(stampOf);
  const hash = createHash('sha256').update(kind);
  for (const file of files) await addFile(hash, file, signal);
  const fresh: Memo = { hash: hash.digest('hex'), at, stamps };
  await writeAtomically(memoFile, JSON.stringify(fresh)).catch(() => undefined);
  return fresh.hash;
}

function stampOf(file: string): Stamp {
  const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true });
  return { file, size: String(size), mtime: String(mtimeNs), ctime: String(ctimeNs), inode: String(ino) };
}

function readMemo(file: string): Memo | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Memo;
  } catch {
    return undefined;
  }
}

function isCurrent({ at, stamps }: Memo): boolean {
  try {
    return stamps.every(
      (stamp) =>
        BigInt(stamp.mtime) + RACY_NS < BigInt(at) &&
        BigInt(stamp.ctime) + RACY_NS < BigInt(at) &&
        JSON.stringify(stampOf(stamp.file)) === JSON.stringify(stamp),
    );
  } catch {
    return false;
  }
}
