import { createHash } from 'node:crypto';
import path from 'node:path';
import type { ModelSource } from '../../contracts/runtime.js';
import { isOrtFormat } from '../../onnx/ort-format.js';
import { rememberedHash } from '../../files/remembered-hash.js';

/**
 * Hash of a model's files, including external weights. The cache stores it with the files' paths, sizes, times and inodes, so
 * that an unchanged model is not read again.
 * @param signal cancels the reading
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID; the signal's reason
 */
export async function contentHash(source: ModelSource, root: string, signal?: AbortSignal): Promise<string> {
  const memoFile = path.join(root, 'sources', `${nameOf(source)}.json`);
  return rememberedHash(memoFile, source.kind, () => sourceFiles(source), signal);
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
