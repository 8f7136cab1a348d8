import { FdeployError } from '../../contracts/errors.js';
import { readGraph, writeGraph } from '../graph/index.js';
import { quantizeGraph } from './emit.js';
import { raiseOpset } from './opset.js';
import { TableMismatch, type NetworkTable } from './table.js';

/**
 * Writes the int8 form of a float network.
 * @param source ONNX file that the table was made for, simplified as then
 * @param folder for the file that is written, and for copies of those that hold its weights
 * @param name of the model, for messages
 * @returns the file
 * @throws FdeployError QUANTIZATION_INVALID if the table does not fit the network
 */
export async function quantizeFile(
  source: string,
  folder: string,
  table: NetworkTable,
  name: string,
): Promise<string> {
  const graph = readGraph(source);
  try {
    raiseOpset(graph);
    quantizeGraph(graph, table);
  } catch (cause) {
    if (!(cause instanceof TableMismatch)) throw cause;
    const message = `the quantization.json of ${name} does not fit its network: ${cause.message}: run fdeploy quantize again`;
    throw new FdeployError('QUANTIZATION_INVALID', message, { file: name, cause });
  }
  return writeGraph(graph, source, folder);
}
