/**
 * What the stages of a detection cost beside the inference: `node bench/detection-stages.mjs [rounds]`.
 * A 1920 x 1080 picture through a network of PicoDet-S 320's layers (LCNet x0.75, LCPAN 96, two head convolutions,
 * 80 classes, raw heads) with random weights, one thread. Prints the median milliseconds of each stage.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openModel } from '../dist/api/open-model.js';
import { encodeModel } from '../dist/onnx/proto.js';
import { Network, value } from './network.js';

const CLASSES = 80;
const BINS = 8;
const WIDTH = 96;
const rounds = Number(process.argv[2] ?? 50);

/** Depthwise and pointwise convolution. */
function separable(net, x, from, to, size, stride = 1) {
  const y = net.conv(x, from, from, size, { stride, groups: from, act: 'HardSwish' });
  return net.conv(y, from, to, 1, { act: 'HardSwish' });
}

/** LCNet x0.75: the features of strides 8, 16 and 32. */
function backbone(net) {
  let x = net.conv('image', 3, 16, 3, { stride: 2, act: 'HardSwish' });
  let from = 16;
  const blocks = [
    [3, 24, 1], [3, 48, 2], [3, 48, 1], [3, 96, 2], [3, 96, 1], [3, 192, 2],
    [5, 192, 1], [5, 192, 1], [5, 192, 1], [5, 192, 1], [5, 192, 1], [5, 384, 2], [5, 384, 1],
  ]; // prettier-ignore
  const features = [];
  blocks.forEach(([size, to, stride], i) => {
    x = separable(net, x, from, to, size, stride);
    from = to;
    if (i === 4 || i === 10 || i === 12) features.push([x, to]);
  });
  return features;
}

const upsample = (net, x) => {
  const scales = net.tensor([4], (_, i) => (i < 2 ? 1 : 2));
  return net.node('Resize', [x, '', scales]);
};

/** LCPAN: four levels of 96 channels. */
function neck(net, features) {
  const [p3, p4, p5] = features.map(([x, from]) => net.conv(x, from, WIDTH, 1, { act: 'HardSwish' }));
  const fuse = (a, b) => {
    const joined = net.node('Concat', [a, b], { axis: 1 });
    return separable(net, separable(net, joined, 2 * WIDTH, WIDTH, 5), WIDTH, WIDTH, 5);
  };
  const inner = fuse(upsample(net, p5), p4);
  const first = fuse(upsample(net, inner), p3);
  const second = fuse(separable(net, first, WIDTH, WIDTH, 5, 2), inner);
  const third = fuse(separable(net, second, WIDTH, WIDTH, 5, 2), p5);
  return [first, second, third, separable(net, third, WIDTH, WIDTH, 5, 2)];
}

/** Two convolutions, then scores and distances as [cells, values]. */
function head(net, level, cells) {
  let x = level;
  for (let i = 0; i < 2; i++) x = separable(net, x, WIDTH, WIDTH, 5);
  const flat = (channels, act) => {
    const y = net.conv(x, WIDTH, channels, 1, { act });
    const shape = net.integers([1, channels, cells]);
    return net.node('Transpose', [net.node('Reshape', [y, shape])], { perm: [0, 2, 1] });
  };
  return [flat(CLASSES, 'Sigmoid'), flat(4 * BINS, null)];
}

const net = new Network();
const cells = [1600, 400, 100, 25];
const heads = neck(net, backbone(net)).map((level, i) => head(net, level, cells[i]));
const output = [
  ...heads.map(([scores], i) => value(scores, [1, cells[i], CLASSES])),
  ...heads.map(([, distances], i) => value(distances, [1, cells[i], 4 * BINS])),
];
const model = encodeModel({
  irVersion: 8,
  producerName: 'fdeploy bench',
  opsetImport: [{ domain: '', version: 14 }],
  graph: {
    name: 'picodet',
    node: net.nodes,
    initializer: net.initializers,
    input: [value('image', [1, 3, 320, 320])],
    output,
  },
});
const config = `arch: PicoDet
Preprocess:
- {type: Resize, target_size: [320, 320], keep_ratio: false, interp: 2}
- {type: NormalizeImage, is_scale: true, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}
- {type: Permute}
NMS: {nms_threshold: 0.6, nms_top_k: 1000, keep_top_k: 100, score_threshold: 0.3}
`;

const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-bench-'));
try {
  writeFileSync(path.join(folder, 'model.onnx'), model);
  writeFileSync(path.join(folder, 'infer_cfg.yml'), config);
  const detector = await openModel(folder, { threshold: 0.51, threads: 1 });
  const width = 1920;
  const height = 1080;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2654435761) >>> 24);
  const picture = { data, width, height, channels: 3, order: 'rgb' };
  const stages = { preprocess: [], inference: [], postprocess: [] };
  let objects = 0;
  for (let round = -5; round < rounds; round++) {
    const [{ result, ms }] = await detector.run([picture]);
    objects = result.objects.length;
    if (round >= 0) for (const stage of Object.keys(stages)) stages[stage].push(ms[stage]);
  }
  await detector.close();
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const ms = Object.fromEntries(Object.entries(stages).map(([stage, values]) => [stage, median(values)]));
  const share = (ms.preprocess + ms.postprocess) / ms.inference;
  console.log(JSON.stringify({ megabytes: model.length / 1e6, rounds, objects, ms, share }, null, 1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
