/**
 * Time and memory of converting an export of ResNet50's size: `node --expose-gc bench/paddle-convert.mjs [rounds]`.
 * Builds the program itself (PIR json: 53 convolutions with batch normalisation, pooling, a fully connected layer; random
 * weights, about 102 MB), so that nothing has to be downloaded.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { convertPaddleModel } from '../dist/index.js';

const type = (dims) => ({ '#': '0.t_dtensor', D: [{ '#': '0.t_f32' }, dims, 'NCHW', [], 0] });
const attribute = (N, tag, D) => ({ N, AT: { '#': tag, D } });
const ints = (name, values) => attribute(name, '0.a_array', values.map((D) => ({ '#': '0.a_i32', D }))); // prettier-ignore

class Program {
  ops = [];
  parameters = [];
  #count = 0;

  value(op, operands, attributes, dims) {
    const number = ++this.#count;
    this.ops.push({
      '#': op,
      I: operands.map((n) => ({ '%': n })),
      O: [{ '%': number, TT: type(dims) }],
      A: attributes,
    });
    return number;
  }

  parameter(name, dims) {
    const number = ++this.#count;
    this.ops.unshift({
      '#': 'p',
      A: [0, 1, 1, name],
      O: { '%': number, TT: type(dims) },
      OA: [1, 0, 1],
      DA: [],
      QA: [],
    });
    this.parameters.push({ name, dims });
    return number;
  }

  convolution(x, from, to, size, stride, spatial, relu = true) {
    const name = `conv${this.parameters.length}`;
    const dims = [-1, to, spatial, spatial];
    const filter = this.parameter(`${name}.w`, [to, from, size, size]);
    const pad = (size - 1) / 2;
    const windows = [
      ints('strides', [stride, stride]),
      ints('paddings', [pad, pad]),
      ints('dilations', [1, 1]),
    ];
    const convolved = this.value(
      '1.conv2d',
      [x, filter],
      [...windows, attribute('groups', '0.a_i32', 1)],
      dims,
    );
    const statistics = ['mean', 'variance', 'scale', 'bias'].map((part) =>
      this.parameter(`${name}.${part}`, [to]),
    );
    const normal = this.value(
      '1.batch_norm_',
      [convolved, ...statistics],
      [attribute('epsilon', '0.a_f32', 1e-5)],
      dims,
    );
    return relu ? this.value('1.relu', [normal], [], dims) : normal;
  }
}

function resnet50() {
  const program = new Program();
  let x = program.value('1.data', [], [attribute('name', '0.a_str', 'x')], [-1, 3, 224, 224]);
  x = program.convolution(x, 3, 64, 7, 2, 112);
  const kernel = program.value('1.full_int_array', [], [ints('value', [3, 3])], [2]);
  const pool = [
    ints('strides', [2, 2]),
    ints('paddings', [1, 1]),
    attribute('pooling_type', '0.a_str', 'max'),
  ];
  x = program.value('1.pool2d', [x, kernel], pool, [-1, 64, 56, 56]);
  let channels = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries())
    for (let block = 0; block < blocks; block++) {
      const width = 64 << stage;
      const spatial = 56 >> stage;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      let inner = program.convolution(x, channels, width, 1, 1, spatial * stride);
      inner = program.convolution(inner, width, width, 3, stride, spatial);
      inner = program.convolution(inner, width, width * 4, 1, 1, spatial, false);
      const short = block === 0 ? program.convolution(x, channels, width * 4, 1, stride, spatial, false) : x;
      const sum = program.value('1.add', [inner, short], [], [-1, width * 4, spatial, spatial]);
      x = program.value('1.relu', [sum], [], [-1, width * 4, spatial, spatial]);
      channels = width * 4;
    }
  const one = program.value('1.full_int_array', [], [ints('value', [1, 1])], [2]);
  const global = [attribute('adaptive', '0.a_bool', true), attribute('pooling_type', '0.a_str', 'avg')];
  x = program.value('1.pool2d', [x, one], global, [-1, channels, 1, 1]);
  x = program.value(
    '1.flatten',
    [x],
    [attribute('start_axis', '0.a_i32', 1), attribute('stop_axis', '0.a_i32', 3)],
    [-1, channels],
  );
  x = program.value('1.matmul', [x, program.parameter('fc.w', [channels, 1000])], [], [-1, 1000]);
  x = program.value('1.add', [x, program.parameter('fc.b', [1000])], [], [-1, 1000]);
  program.value(
    '1.fetch',
    [x],
    [attribute('name', '0.a_str', 'fetch_name_0'), attribute('col', '0.a_i32', 0)],
    [-1, 1000],
  );
  return program;
}

function write(program, folder) {
  const block = { '#': 'block_0', args: [], ops: program.ops };
  const json = {
    base_code: { magic: 'pir', trainable: true, version: 3 },
    program: { regions: [{ '#': 'region_0', blocks: [block] }] },
  };
  const model = path.join(folder, 'inference.json');
  writeFileSync(model, JSON.stringify(json));
  const records = program.parameters
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    .flatMap(({ dims }) => {
      const descriptor = [0x08, 5];
      for (const dim of dims) {
        descriptor.push(0x10);
        for (let rest = dim; ; rest >>>= 7) {
          descriptor.push(rest > 127 ? (rest & 127) | 128 : rest);
          if (rest <= 127) break;
        }
      }
      const head = Buffer.alloc(20);
      head.writeInt32LE(descriptor.length, 16);
      const values = new Float32Array(dims.reduce((a, b) => a * b, 1)).map(
        (_, i) => ((i * 7919) % 997) / 9970 + 0.01,
      );
      return [head, Buffer.from(descriptor), Buffer.from(values.buffer)];
    });
  const params = path.join(folder, 'inference.pdiparams');
  writeFileSync(params, Buffer.concat(records));
  return { model, params };
}

const folder = mkdtempSync(path.join(tmpdir(), 'paddle-convert-'));
const files = write(resnet50(), folder);
const MIB = 2 ** 20;
globalThis.gc?.();
const before = process.memoryUsage().rss;
const times = [];
let size = 0;
for (let round = 0; round < Number(process.argv[2] ?? 3); round++) {
  const start = performance.now();
  size = (await convertPaddleModel(files)).onnx.length;
  times.push(Math.round(performance.now() - start));
}
const peak = process.resourceUsage().maxRSS / 1024 - before / MIB;
const megabytes = (bytes) => Math.round((bytes / MIB) * 10) / 10;
console.log(
  JSON.stringify({
    paramsMiB: megabytes(statSync(files.params).size),
    onnxMiB: megabytes(size),
    ms: times,
    peakOverStartMiB: Math.round(peak),
  }),
);
rmSync(folder, { recursive: true });
