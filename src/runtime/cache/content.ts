import { createHash, type Hash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ModelSource } from '../../contracts/runtime.js';
import { isOrtFormat } from '../../onnx/ort-format.js';
import { addFile, writeAtomically } from './files.js';

/** A file as it was when it was hashed. */
interface Stamp {
  file: string;
  size: string;
  mtime: string;
  inode: string;
}

interface Memo {
  hash: string;
  /** Nanoseconds since 1970 when hashing began. */
  at: string;
  stamps: Stamp[];
}

/** A file changed this short before it was hashed may change again without its time telling. */
const RACY_NS = 2_000_000_000n;

/**
 * Hash of a model's files, external weights included. It is remembered in the cache by the files' paths, sizes, times
 * and inodes, so that an unchanged model is not read again.
 * @throws FdeployError LFS_POINTER, MODEL_INVALID
 */
export async function contentHash(source: ModelSource, root: string): Promise<string> {
  const memoFile = path.join(root, 'sources', `${nameOf(source)}.json`);
  const memo = readMemo(memoFile);
  if (memo && isCurrent(memo)) return memo.hash;

  const at = String(BigInt(Date.now()) * 1_000_000n);
  const files = await filesOf(source);
  const stamps = files.map(stampOf);
  const hash = createHash('sha256').update(source.kind);
  if (source.kind === 'paddle' && source.params === undefined) hashNeighbours(hash, source.model);
  for (const file of files) await addFile(hash, file);
  const fresh: Memo = { hash: hash.digest('hex'), at, stamps };
  // Without it the next start hashes again, which is no more than slow.
  await writeAtomically(memoFile, JSON.stringify(fresh)).catch(() => undefined);
  return fresh.hash;
}

function nameOf(source: ModelSource): string {
  const files = source.kind === 'onnx' ? [source.file] : [source.model, source.params ?? ''];
  return createHash('sha256')
    .update([source.kind, ...files.map((file) => path.resolve(file))].join('\n'))
    .digest('hex')
    .slice(0, 40);
}

async function filesOf(source: ModelSource): Promise<string[]> {
  if (source.kind === 'paddle') {
    return [source.model, ...(source.params === undefined ? [] : [source.params])].map((file) =>
      path.resolve(file),
    );
  }
  const file = path.resolve(source.file);
  if (isOrtFormat(file)) return [file];
  // Not needed where the hash is remembered.
  const { describeOnnx } = await import('../../onnx/describe.js');
  const { externalFiles } = await import('../../onnx/external-data.js');
  return [file, ...externalFiles(file, describeOnnx(file).externalFiles)];
}

/** Parameters in files of their own stand beside the program: their names, sizes and times stand for them. */
function hashNeighbours(hash: Hash, model: string): void {
  const directory = path.dirname(path.resolve(model));
  for (const name of readdirSync(directory).sort())
    hash.update(JSON.stringify(stampOf(path.join(directory, name))));
}

function stampOf(file: string): Stamp {
  const { size, mtimeNs, ino } = statSync(file, { bigint: true });
  return { file, size: String(size), mtime: String(mtimeNs), inode: String(ino) };
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
        JSON.stringify(stampOf(stamp.file)) === JSON.stringify(stamp),
    );
  } catch {
    return false;
  }
}
