/**
 * Writes a classification export with random weights: `node bench/make-model.js <resnet50|pplcnet> <directory>`.
 * resnet50: ResNet50_vd's layers and 1,000 classes, about 100 MB. pplcnet: PP-LCNet x0.25's and 100 classes, about 1.5 MB.
 * For figures of memory and speed, which do not depend on what the weights are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ATTRIBUTE_TYPE, DATA_TYPE, encodeModel } from '../dist/onnx/proto.js';

/** Numbers in [-1, 1), the same at every call of the script. */
let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 31 - 1;
};

class Network {
  nodes = [];
  initializers = [];
  #names = 0;

  tensor(dims, value) {
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, value);
    const name = `w${this.initializers.length}`;
    this.initializers.push({ name, dims, dataType: DATA_TYPE.float32, rawData: new Uint8Array(data.buffer) });
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

function resnet50(net, classes) {
  let x = net.conv('x', 3, 32, 3, { stride: 2 });
  x = net.conv(net.conv(x, 32, 32, 3), 32, 64, 3);
  x = net.node('MaxPool', [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  let from = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const width = 64 << stage;
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1;
      let short = x;
      if (stride === 2) short = net.node('AveragePool', [short], { kernel_shape: [2, 2], strides: [2, 2] });
      if (block === 0) short = net.conv(short, from, width * 4, 1, { act: null });
      const y = net.conv(net.conv(x, from, width, 1), width, width, 3, { stride });
      x = net.node('Relu', [
        net.node('Add', [net.conv(y, width, width * 4, 1, { act: null, gain: 0.2 }), short]),
      ]);
      from = width * 4;
    }
  }
  return net.classify(x, from, classes);
}

function pplcnet(net, classes) {
  let x = net.conv('x', 3, 8, 3, { stride: 2, act: 'HardSwish' });
  let from = 8;
  const blocks = [
    [3, 8, 1], [3, 16, 2], [3, 16, 1], [3, 32, 2], [3, 32, 1], [3, 64, 2],
    [5, 64, 1], [5, 64, 1], [5, 64, 1], [5, 64, 1], [5, 64, 1], [5, 128, 2], [5, 128, 1],
  ]; // prettier-ignore
  for (const [size, to, stride] of blocks) {
    x = net.conv(x, from, from, size, { stride, groups: from, act: 'HardSwish' });
    x = net.conv(x, from, to, 1, { act: 'HardSwish' });
    from = to;
  }
  return net.classify(net.conv(x, from, 1280, 1, { act: 'HardSwish' }), 1280, classes);
}

const value = (name, dims) => ({
  name,
  type: {
    tensorType: {
      elemType: DATA_TYPE.float32,
      shape: { dim: dims.map((d) => (d > 0 ? { dimValue: d } : { dimParam: 'N' })) },
    },
  },
});

const config = (name, classes) => `Global: {model_name: ${name}}
PreProcess:
  transform_ops:
  - ResizeImage: {resize_short: 256}
  - CropImage: {size: 224}
  - NormalizeImage: {channel_num: 3, mean: [0.485, 0.456, 0.406], order: '', scale: 0.00392156862745098, std: [0.229, 0.224, 0.225]}
  - ToCHWImage: null
PostProcess:
  Topk: {topk: 5, label_list: [${Array.from({ length: classes }, (_, id) => `class ${id}`).join(', ')}]}
`;

const NETWORKS = { resnet50: [resnet50, 1000], pplcnet: [pplcnet, 100] };

const [name, directory] = process.argv.slice(2);
const [build, classes] = NETWORKS[name] ?? [];
if (!build || !directory) {
  console.error(`usage: node bench/make-model.js <${Object.keys(NETWORKS).join('|')}> <directory>`);
  process.exit(2);
}
const net = new Network();
const output = build(net, classes);
const model = encodeModel({
  irVersion: 8,
  producerName: 'fdeploy bench',
  opsetImport: [{ domain: '', version: 14 }],
  graph: {
    name,
    node: net.nodes,
    initializer: net.initializers,
    input: [value('x', [-1, 3, 224, 224])],
    output: [value(output, [-1, classes])],
  },
});
mkdirSync(directory, { recursive: true });
writeFileSync(path.join(directory, 'inference.onnx'), model);
writeFileSync(path.join(directory, 'inference.yml'), config(name, classes));
console.log(`${path.join(directory, 'inference.onnx')}: ${(model.length / 1e6).toFixed(1)} MB`);
