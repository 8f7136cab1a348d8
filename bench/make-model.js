/**
 * Writes a classification export with random weights: `node bench/make-model.js <resnet50|pplcnet> <directory>`.
 * resnet50: ResNet50_vd's layers and 1,000 classes, about 100 MB. pplcnet: PP-LCNet x0.25's and 100 classes, about 1.5 MB.
 * For figures of memory and speed, which do not depend on what the weights are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeModel } from '../dist/onnx/proto.js';
import { Network, value } from './network.js';

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
