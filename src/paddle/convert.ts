import type { ValueInfo } from '../contracts/tensor.js';
import { convertProgram } from './convert-program.js';
import type { GraphValue } from './graph/values.js';
import { vocabularies } from './operators/index.js';
import { exportFiles, readProgram } from './readers/index.js';
import type { PaddleFiles } from './readers/index.js';
import { writeModel } from './write-model.js';
import type { ExternalData, ExternalDataOptions } from './write-model.js';

/** A Paddle export as ONNX. */
export interface ConvertedModel {
  /** The bytes of the `.onnx` file. */
  readonly onnx: Uint8Array;
  /** Only for models past protobuf's 2 GiB: the file that must lie beside the `.onnx`. */
  readonly externalData?: ExternalData;
  /** In the program's order; a free dimension is -1. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/**
 * Converts an exported Paddle model, `.pdmodel` or PIR `.json`, to ONNX (opset 18; 19 with deformable convolutions).
 * @param files paths; without `params` the parameters are sought beside the model
 * @param external what becomes of weights past 1.9 GiB
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID naming the file and the record that is damaged,
 *   OPERATOR_UNSUPPORTED naming all operators without a mapping
 */
export async function convertPaddleModel(
  files: PaddleFiles,
  external?: ExternalDataOptions,
): Promise<ConvertedModel> {
  const converted = convertProgram(await readProgram(files, vocabularies));
  return {
    ...writeModel(converted, external),
    inputs: converted.inputs.map(valueInfo),
    outputs: converted.outputs.map(valueInfo),
  };
}

/**
 * Every file that `convertPaddleModel` reads, the program first.
 * @throws FdeployError MODEL_NOT_FOUND, LFS_POINTER, MODEL_INVALID
 */
export function paddleFiles(files: PaddleFiles): Promise<string[]> {
  return exportFiles(files, vocabularies);
}

const valueInfo = ({ name, type, dims }: GraphValue): ValueInfo => ({ name, type, dims: dims ?? [] });
