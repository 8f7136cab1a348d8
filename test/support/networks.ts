import { ATTRIBUTE_TYPE, DATA_TYPE, encodeModel, type OnnxModel } from '#src/onnx/proto.js';

/** Numbers in [-1, 1), the same at every call. */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function floatTensor(name: string, dims: number[], data: Float32Array) {
  return { name, dims, dataType: DATA_TYPE.float32, rawData: new Uint8Array(data.buffer) };
}

export function valueInfo(name: string, dims: number[], elemType: 1 | 7 | 10 = DATA_TYPE.float32) {
  const dim = dims.map((size) => (size > 0 ? { dimValue: size } : { dimParam: 'free' }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** A chain of matrix products whose weights have the given widths: [rows of the first, columns of the first, ...]. */
export function matmulModel(widths: readonly number[]): OnnxModel {
  const node = widths.slice(1).map((_, i) => ({
    opType: 'MatMul',
    name: `product${i}`,
    input: [i === 0 ? 'x' : `t${i - 1}`, `w${i}`],
    output: [i === widths.length - 2 ? 'y' : `t${i}`],
  }));
  const initializer = widths.slice(1).map((columns, i) => {
    const rows = widths[i]!;
    return floatTensor(`w${i}`, [rows, columns], noise(rows * columns, i + 1));
  });
  const output = [valueInfo('y', [-1, widths.at(-1)!])];
  return modelOf({ name: 'products', node, initializer, input: [valueInfo('x', [-1, widths[0]!])], output });
}

/** x + 1 in half precision. */
export function halfModel(): OnnxModel {
  const one = { name: 'one', dims: [1], dataType: DATA_TYPE.float16, rawData: Uint8Array.of(0x00, 0x3c) };
  return modelOf({
    name: 'half',
    node: [{ opType: 'Add', input: ['x', 'one'], output: ['y'] }],
    initializer: [one],
    input: [valueInfo('x', [-1], DATA_TYPE.float16)],
    output: [valueInfo('y', [-1], DATA_TYPE.float16)],
  });
}

/** A network whose only node nobody knows. */
export function unknownOperatorModel(): OnnxModel {
  return modelOf({
    name: 'unknown',
    node: [
      {
        opType: 'Frobnicate',
        input: ['x'],
        output: ['y'],
        attribute: [{ name: 'n', type: ATTRIBUTE_TYPE.int, i: 3 }],
      },
    ],
    input: [valueInfo('x', [-1])],
    output: [valueInfo('y', [-1])],
  });
}

export function bytesOf(model: OnnxModel): Uint8Array {
  return encodeModel(model);
}

export function modelOf(graph: OnnxModel['graph']): OnnxModel {
  return {
    irVersion: 8,
    opsetImport: [{ domain: '', version: 14 }],
    graph,
    metadataProps: [{ key: 'made-by', value: 'a test' }],
  };
}
