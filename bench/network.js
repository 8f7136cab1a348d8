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
    y = this.normalisation(y, to, gain);
    if (typeof act === 'function') return act(y);
    return act === null ? y : this.node(act, [y]);
  }

  normalisation(x, channels, gain = 1) {
    const statistics = [gain, 0, 0, 1].map((value) => this.tensor([channels], () => value));
    return this.node('BatchNormalization', [x, ...statistics]);
  }

  /** Hard-swish of opset 11 and older: x clip(x + 3, 0, 6) / 6. */
  hardSwish = (x) => {
    const [zero, three, six] = [0, 3, 6].map((value) => this.tensor([], () => value));
    const gate = this.node('Clip', [this.node('Add', [x, three]), zero, six]);
    return this.node('Div', [this.node('Mul', [x, gate]), six]);
  };

  /** A depthwise convolution and a 1 x 1 one, with squeeze and excitation between them or not. */
  separable(x, from, to, size, { stride = 1, act = 'Relu', squeeze = false } = {}) {
    let y = this.conv(x, from, from, size, { stride, groups: from, act });
    if (squeeze) {
      const pooled = this.node('GlobalAveragePool', [y]);
      const inner = this.conv(pooled, from, from >> 2, 1);
      const gate = this.node('HardSigmoid', [this.conv(inner, from >> 2, from, 1, { act: null })]);
      y = this.node('Mul', [y, gate]);
    }
    return this.conv(y, from, to, 1, { act });
  }

  /** PicoDet's CSP layer: half of the channels goes through a separable convolution, then both halves are joined. */
  csp(x, from, to, act) {
    const [short, long] = [0, 1].map(() => this.conv(x, from, to >> 1, 1, { act }));
    const deep = this.separable(this.conv(long, to >> 1, to >> 1, 1, { act }), to >> 1, to >> 1, 5, { act });
    return this.conv(this.node('Concat', [deep, short], { axis: 1 }), to, to, 1, { act });
  }

  /** Twice the height and width, nearest neighbours. */
  upsample(x) {
    const scales = this.tensor([4], (_, axis) => (axis < 2 ? 1 : 2));
    return this.node('Resize', [x, '', scales], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
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

  /** The whole as an ONNX model. Shapes are of `x` and the first output; a size below 1 is free. */
  model(name, input, outputs, shape) {
    return {
      irVersion: 8,
      producerName: 'fdeploy bench',
      opsetImport: [{ domain: '', version: 14 }],
      graph: {
        name,
        node: this.nodes,
        initializer: this.initializers,
        input: [value('x', input)],
        output: outputs.map((output, at) => value(output, at === 0 ? shape : undefined)),
      },
    };
  }
}

function attributeOf(name, value) {
  if (typeof value === 'string') return { name, type: ATTRIBUTE_TYPE.string, s: Buffer.from(value) };
  return Array.isArray(value)
    ? { name, type: ATTRIBUTE_TYPE.ints, ints: value }
    : { name, type: ATTRIBUTE_TYPE.int, i: value };
}

/** A float32 input or output, of any shape where none is given; a dimension below 1 is free. */
const value = (name, dims) => ({
  name,
  type: {
    tensorType: {
      elemType: DATA_TYPE.float32,
      ...(dims && { shape: { dim: dims.map((d) => (d > 0 ? { dimValue: d } : { dimParam: 'N' })) } }),
    },
  },
});
