import { readInOnePiece } from '../onnx/graph/index.js';
import { FdeployError } from '../contracts/errors.js';
import type { ConvertOptions } from '../config/flags/commands.js';
import { resolveRuntime } from '../runtime/index.js';
import { sourceFiles } from '../runtime/prepared-models.js';
import { networksOf, noProgram, refuseFiles } from './convert.js';
import { messageLine } from './messages.js';
import { refuseExisting, writeWhole } from './output-file.js';

/**
 * `fdeploy convert <model> --precision int8`: writes a network and its table as one ONNX file with QuantizeLinear and
 * DequantizeLinear.
 * @param model directory or archive of an export or ONNX model, or the file of its network
 * @returns the exit code
 * @throws FdeployError QUANTIZATION_MISSING, QUANTIZATION_INVALID; BAD_OPTION, OUTPUT_EXISTS, OUTPUT_FAILED; what
 *   `resolveRuntime` throws
 */
export async function convertToInt8(
  model: string,
  { output: named, overwrite }: Omit<ConvertOptions, 'precision'>,
): Promise<number> {
  const [network] = await networksOf(model);
  if (!network) throw noProgram(model);
  const { source, beside } = network;
  const output = named ?? beside.replace(/(\.[^./\\]*)?$/, '.int8.onnx');
  refuseFiles(output, await sourceFiles(source));
  if (!overwrite) await refuseExisting(output);
  const notify = (sentence: string): void => void process.stderr.write(messageLine(sentence));
  const { file, precision } = await resolveRuntime(source, {
    precision: 'int8',
    threads: 1,
    shareWeights: false,
    notify,
  });
  if (precision !== 'int8') {
    const message = `${beside} stays float32: its quantization.json has no layer in int8`;
    throw new FdeployError('QUANTIZATION_MISSING', message, { file: beside, expected: 'layers in int8' });
  }
  await writeWhole(output, readInOnePiece(file));
  notify(`wrote ${output}`);
  return 0;
}
