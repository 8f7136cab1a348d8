import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot } from '../../../config/cache-location.js';
import { FdeployError } from '../../../contracts/errors.js';
import type { ModelSource } from '../../../contracts/runtime.js';
import { readTableFile, TABLE_FILE, type NamedTable } from '../../../onnx/quantize/index.js';
import { contentHash } from '../../cache/content.js';

/** Tables of models that come with the install. */
const SHIPPED = new URL('../../../../models/', import.meta.url);
const SHIPPED_TABLES = ['ppocr-v4.quantization.json'];

/**
 * The table of a network that is to run in int8. It is sought in the network's folder, in the folder above, in the cache and
 * among those that come with the install, and recognised by the hash of the network's files.
 * @returns undefined if the table says that the network stays float32
 * @throws FdeployError QUANTIZATION_MISSING, QUANTIZATION_INVALID; what `contentHash` throws
 */
export async function findTable(source: ModelSource, signal?: AbortSignal): Promise<NamedTable | undefined> {
  const name = path.resolve(source.kind === 'onnx' ? source.file : source.model);
  const hash = await contentHash(source, cacheRoot(), signal);
  const folders = [path.dirname(name), path.dirname(path.dirname(name))];
  const files = [
    ...folders.map((folder) => path.join(folder, TABLE_FILE)),
    tableInCache(hash),
    ...SHIPPED_TABLES.map((file) => fileURLToPath(new URL(file, SHIPPED))),
  ];
  const others: string[] = [];
  for (const file of files) {
    const tables = readTableFile(file)?.networks;
    const table = tables?.find(({ network }) => network === hash);
    if (table) return Object.keys(table.ranges).length > 0 ? table : undefined;
    if (tables && folders.includes(path.dirname(file))) others.push(file);
  }
  const found =
    others[0] === undefined
      ? 'has no quantization.json'
      : `is not the network that ${others[0]} was made for`;
  const message = `--precision int8: ${name} ${found}: run fdeploy quantize <model> <images...>`;
  throw new FdeployError('QUANTIZATION_MISSING', message, { file: name, expected: TABLE_FILE });
}

/** Where the table of a network is kept whose folder cannot be written, by the hash of the network's files. */
export function tableInCache(hash: string): string {
  return path.join(cacheRoot(), 'quantized', `${hash}.json`);
}
