import { messageOf } from '../../contracts/errors.js';
import { readGraph, writeGraph } from '../graph/index.js';
import { isWorthwhile, type RuleName } from './rules/index.js';
import { simplify, type Simplification } from './simplify.js';

/** Why a network could not be simplified: the simplifier's mistake, or a model that does not fit into one file. */
export class NotSimplifiable extends Error {}

/**
 * Simplifies an ONNX file.
 * @param folder a folder of its own for the file that is written, and for copies of those that hold its weights
 * @returns the new file and how often each rule was applied; undefined if nothing is gained
 * @throws NotSimplifiable; what the file system throws
 */
export async function simplifyFile(
  source: string,
  folder: string,
  rules?: readonly RuleName[],
): Promise<{ file: string; applied: Simplification } | undefined> {
  try {
    const graph = readGraph(source);
    const applied = simplify(graph, rules);
    return isWorthwhile(Object.keys(applied))
      ? { file: await writeGraph(graph, source, folder), applied }
      : undefined;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    throw new NotSimplifiable(messageOf(error), { cause: error });
  }
}
