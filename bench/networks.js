/** Networks with random weights, as their suites' converters write them: figures of speed and memory do not depend on what the weights are. */
import { Network } from './network.js';

/** ResNet50_vd's layers: about 100 MB with 1,000 classes. */
export function resnet50(net, classes = 1000) {
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

const LCNET = [
  [3, 8, 1], [3, 16, 2], [3, 16, 1], [3, 32, 2], [3, 32, 1], [3, 64, 2],
  [5, 64, 1], [5, 64, 1], [5, 64, 1], [5, 64, 1], [5, 64, 1], [5, 128, 2], [5, 128, 1],
]; // prettier-ignore

/** PP-LCNet x0.25's layers: about 1.5 MB with 100 classes. */
export function pplcnet(net, classes = 100) {
  const act = 'HardSwish';
  let x = net.conv('x', 3, 8, 3, { stride: 2, act });
  let from = 8;
  for (const [size, to, stride] of LCNET) {
    x = net.separable(x, from, to, size, { stride, act });
    from = to;
  }
  return net.classify(net.conv(x, from, 1280, 1, { act }), 1280, classes);
}

/** PicoDet-L's layers (LCNet x2.0, LC-PAN, four heads), with hard-swish taken apart as Paddle2ONNX does before opset 14. */
export function picodetL(net) {
  const act = net.hardSwish;
  let x = net.conv('x', 3, 32, 3, { stride: 2, act });
  let from = 32;
  const levels = [];
  for (const [at, [size, width, stride]] of LCNET.entries()) {
    if (stride === 2 && from >= 128) levels.push([x, from]);
    x = net.separable(x, from, width * 8, size, { stride, act, squeeze: at >= 11 });
    from = width * 8;
  }
  levels.push([x, from]);
  const [c3, c4, c5] = levels
    .slice(-3)
    .map(([value, channels]) => net.conv(value, channels, 160, 1, { act }));
  const joined = (a, b) => net.csp(net.node('Concat', [a, b], { axis: 1 }), 320, 160, act);
  const p4 = joined(net.upsample(c5), c4);
  const p3 = joined(net.upsample(p4), c3);
  const n4 = joined(net.separable(p3, 160, 160, 5, { stride: 2, act }), p4);
  const n5 = joined(net.separable(n4, 160, 160, 5, { stride: 2, act }), c5);
  const n6 = net.separable(n5, 160, 160, 5, { stride: 2, act });
  return [p3, n4, n5, n6].flatMap((level) => {
    let y = level;
    for (let i = 0; i < 4; i++) y = net.separable(y, 160, 160, 5, { act });
    return [
      net.node('Sigmoid', [net.conv(y, 160, 5, 1, { act: null })]),
      net.conv(y, 160, 32, 1, { act: null }),
    ];
  });
}

/** RepVGG-A0's layers as they are trained: 3 x 3, 1 x 1 and normalisation side by side. */
export function repvgg(net, classes = 1000) {
  let x = 'x';
  let from = 3;
  for (const [to, blocks] of [
    [48, 1],
    [48, 2],
    [96, 4],
    [192, 14],
    [1280, 1],
  ])
    // prettier-ignore
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? 2 : 1;
      const branches = [3, 1].map((size) => net.conv(x, from, to, size, { stride, act: null, gain: 0.5 }));
      let sum = net.node('Add', branches);
      if (stride === 1) sum = net.node('Add', [sum, net.normalisation(x, to, 0.5)]);
      x = net.node('Relu', [sum]);
      from = to;
    }
  return net.classify(x, from, classes);
}

/** A network's ONNX model. Shapes are of its input and its first output; a size below 1 is free. */
export function modelOf(build, input, output) {
  const net = new Network();
  return net.model(build.name, input, [build(net)].flat(), output);
}
