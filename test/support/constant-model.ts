import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel, type OpenOptions, type TaskResult } from 'fdeploy';
import { DATA_TYPE, encodeModel, type OnnxTensor, type OnnxValueInfo } from '#src/onnx/proto.js';
import { tempFolder } from '../support/temp.js';

interface GraphInput {
  name: string;
  /** -1 is free. */
  dims: number[];
  type?: 'float32' | 'int32';
}

type Values =
  | { type: 'float32'; values: ArrayLike<number> }
  | { type: 'int32'; values: ArrayLike<number> }
  | { type: 'int64'; values: ArrayLike<number> }
  | { type: 'uint8'; values: ArrayLike<number> };

export type GraphOutput = Values & {
  name: string;
  dims: number[];
  /** As the graph declares it, where that is not `dims`; -1 is free. */
  declared?: number[];
};

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

function rawData({ type, values }: Values): Uint8Array {
  const array =
    type === 'int64'
      ? BigInt64Array.from(Array.from(values), (value) => BigInt(value))
      : ARRAYS[type].from(values);
  return new Uint8Array(array.buffer);
}

function valueInfo(name: string, type: keyof typeof DATA_TYPE, dims: number[]): OnnxValueInfo {
  const dim = dims.map((size, i) => (size < 0 ? { dimParam: `${name}_${i}` } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: DATA_TYPE[type], shape: { dim } } } };
}

/**
 * An exported directory whose network gives the same outputs for every picture.
 * @returns the directory: `model.onnx` and the config
 */
export function constantModel(
  graph: { inputs: GraphInput[]; outputs: GraphOutput[] },
  config: { file: string; text: string },
): string {
  const folder = join(tempFolder(), 'model');
  mkdirSync(folder);
  const bytes = encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'constant',
      input: graph.inputs.map(({ name, dims, type = 'float32' }) => valueInfo(name, type, dims)),
      output: graph.outputs.map(({ name, dims, declared, type }) => valueInfo(name, type, declared ?? dims)),
      initializer: graph.outputs.map((output): OnnxTensor => ({
        name: `${output.name}_value`,
        dims: output.dims,
        dataType: DATA_TYPE[output.type],
        rawData: rawData(output),
      })),
      node: graph.outputs.map(({ name }) => ({
        opType: 'Identity',
        input: [`${name}_value`],
        output: [name],
      })),
    },
  });
  writeFileSync(join(folder, 'model.onnx'), bytes);
  writeFileSync(join(folder, config.file), config.text);
  return folder;
}

/** A grey picture as a caller of the API has it. */
export function greyPicture(width: number, height: number) {
  return { data: new Uint8Array(width * height).fill(90), width, height, channels: 1, order: 'rgb' } as const;
}

/** Results of so many grey pictures, as one batch; errors name files within the model's folder. */
export async function predictGrey(
  folder: string,
  options: OpenOptions,
  pictures: number,
  width: number,
  height: number,
): Promise<TaskResult[]> {
  try {
    const model = await openModel(folder, { batchSize: pictures, shareWeights: false, ...options });
    try {
      return await model.predictBatch(Array.from({ length: pictures }, () => greyPicture(width, height)));
    } finally {
      await model.close();
    }
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(`${folder}/`, '');
    throw error;
  }
}

/** An output of detectors: the number of rows of each picture. */
export const rowCounts = (...values: number[]): GraphOutput => ({
  name: 'bbox_num',
  type: 'int32',
  dims: [values.length],
  declared: [-1],
  values,
});
