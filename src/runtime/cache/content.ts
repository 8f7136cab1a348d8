import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ModelSource } from '../../contracts/runtime.js';
import { isOrtFormat } from '../../onnx/ort-format.js';
import { addFile, writeAtomically } from './files.js';

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
 * Hash of a model's files, including external weights. The cache stores it with the files' paths, sizes, times and inodes, so
 * that an unchanged model is not read again.
 * @param signal cancels the reading
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID; the signal's reason
 */
export async function contentHash(source: ModelSource, root: string, signal?: AbortSignal): Promise<string> {
  const memoFile = path.join(root, 'sources', `${nameOf(source)}.json`);
  const memo = readMemo(memoFile);
  if (memo && isCurrent(memo)) return memo.hash;

  const at = String(BigInt(Date.now()) * 1_000_000n);
  const files = await sourceFiles(source);
  const stamps = files.map(stampOf);
  const hash = createHash('sha256').update(source.kind);
  for (const file of files) await addFile(hash, file, signal);
  const fresh: Memo = { hash: hash.digest('hex'), at, stamps };
  // On failure, the next start hashes again.
  await writeAtomically(memoFile, JSON.stringify(fresh)).catch(() => undefined);
  return fresh.hash;
}

/**
 * All files of a network as absolute paths, the graph first.
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID
 */
export async function sourceFiles(source: ModelSource): Promise<string[]> {
  if (source.kind === 'paddle') {
    const { model, params } = source;
    if (params !== undefined) return [path.resolve(model), path.resolve(params)];
    // Loaded lazily: not needed if the hash is cached.
    const { paddleFiles } = await import('../../paddle/index.js');
    return paddleFiles({ model: path.resolve(model) });
  }
  const file = path.resolve(source.file);
  if (isOrtFormat(file)) return [file];
  const { describeOnnx } = await import('../../onnx/describe.js');
  const { externalFiles } = await import('../../onnx/external-data.js');
  return [file, ...externalFiles(file, describeOnnx(file).externalFiles)];
}

function nameOf(source: ModelSource): string {
  const files = source.kind === 'onnx' ? [source.file] : [source.model, source.params ?? ''];
  return createHash('sha256')
    .update([source.kind, ...files.map((file) => path.resolve(file))].join('\n'))
    .digest('hex')
    .slice(0, 40);
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
