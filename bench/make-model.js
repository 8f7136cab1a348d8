/**
 * Writes a classification export with random weights: `node bench/make-model.js <resnet50|pplcnet> <directory>`.
 * resnet50: ResNet50_vd's layers and 1,000 classes, about 100 MB. pplcnet: PP-LCNet x0.25's and 100 classes, about 1.5 MB.
 * For figures of memory and speed, which do not depend on what the weights are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeModel } from '../dist/onnx/proto.js';
import { modelOf, pplcnet, resnet50 } from './networks.js';

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
const model = encodeModel(modelOf(build, [-1, 3, 224, 224], [-1, classes]));
mkdirSync(directory, { recursive: true });
writeFileSync(path.join(directory, 'inference.onnx'), model);
writeFileSync(path.join(directory, 'inference.yml'), config(name, classes));
console.log(`${path.join(directory, 'inference.onnx')}: ${(model.length / 1e6).toFixed(1)} MB`);
