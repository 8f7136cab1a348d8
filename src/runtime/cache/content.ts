import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ModelSource } from '../../contracts/runtime.js';
import { isOrtFormat } from '../../onnx/ort-format.js';
import { addFile, writeAtomically } from './files.js';

/** A file as it was when it was hashed. */
interface Stamp {
  file: string;
  size: string;
  mtime: string;
  /** Time of the last change of any kind. Unlike `mtime` no program can set it; where a system has none, it is `mtime`. */
  ctime: string;
  inode: string;
}

interface Memo {
  hash: string;
  /** Nanoseconds since 1970 when hashing began. */
  at: string;
  stamps: Stamp[];
}

/** A file changed this short before it was hashed may change again without its times telling: some count in steps of 2 s. */
const RACY_NS = 2_000_000_000n;

/**
 * Hash of a model's files, weights in files of their own included. It is remembered in the cache by the files' paths, sizes,
 * times and inodes, so that an unchanged model is not read again.
 * @param signal ends the reading
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
  // Without it the next start hashes again, which is no more than slow.
  await writeAtomically(memoFile, JSON.stringify(fresh)).catch(() => undefined);
  return fresh.hash;
}

/**
 * Every file that a network is read from, by absolute paths, the graph's first.
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID
 */
export async function sourceFiles(source: ModelSource): Promise<string[]> {
  if (source.kind === 'paddle') {
    const { model, params } = source;
    if (params !== undefined) return [path.resolve(model), path.resolve(params)];
    // Neither this nor the readers of ONNX is needed where the hash is remembered.
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
