import { ATTRIBUTE_TYPE, DATA_TYPE } from '../dist/onnx/proto.js';

/** Numbers in [-1, 1), the same at every call of the script. */
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};

/** A network with random weights under construction. */
export class Network {
  nodes = [];
  initializers = [];
  #names = 0;

  tensor(dims, value) {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, value);
    const name = `w${this.initializers.length}`;
    this.initializers.push({ name, dims, dataType: DATA_TYPE.float32, rawData: new Uint8Array(data.buffer) });
    return name;
  }

  integers(values) {
    const name = `w${this.initializers.length}`;
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.initializers.push({ name, dims: [values.length], dataType: DATA_TYPE.int64, rawData });
    return name;
  }

  node(opType, input, attributes = {}) {
    const output = `t${this.#names++}`;
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.nodes.push({ opType, name: `${opType}_${output}`, input, output: [output], attribute });
    return output;
  }

  /** Convolution, batch normalisation and, unless `act` is null, an activation. */
  conv(x, from, to, size, { stride = 1, groups = 1, act = 'Relu', gain = 1 } = {}) {
    const spread = Math.sqrt(6 / ((from / groups) * size * size));
    const weights = this.tensor([to, from / groups, size, size], () => random() * spread);
    const pad = (size - 1) >> 1;
    let y = this.node('Conv', [x, weights], {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      group: groups,
    });
    const statistics = [gain, 0, 0, 1].map((value) => this.tensor([to], () => value));
    y = this.node('BatchNormalization', [y, ...statistics]);
    return act === null ? y : this.node(act, [y]);
  }

  classify(x, features, classes) {
    const pooled = this.node('Flatten', [this.node('GlobalAveragePool', [x])]);
    const spread = Math.sqrt(3 / features);
    const weights = this.tensor([features, classes], () => random() * spread);
    const bias = this.tensor([classes], () => 0);
    return this.node('Softmax', [this.node('Add', [this.node('MatMul', [pooled, weights]), bias])], {
      axis: 1,
    });
  }
}

function attributeOf(name, value) {
  return Array.isArray(value)
    ? { name, type: ATTRIBUTE_TYPE.ints, ints: value }
    : { name, type: ATTRIBUTE_TYPE.int, i: value };
}

/** A float32 input or output; a dimension below 1 is free. */
export const value = (name, dims) => ({
  name,
  type: {
    tensorType: {
      elemType: DATA_TYPE.float32,
      shape: { dim: dims.map((d) => (d > 0 ? { dimValue: d } : { dimParam: 'N' })) },
    },
  },
});
