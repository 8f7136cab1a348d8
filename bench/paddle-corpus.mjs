/**
 * Converts every case of a corpus of Paddle exports and holds the outputs against Paddle's:
 * `node bench/paddle-corpus.mjs <folder> [--list]`. The folder holds `ops/index.json` and `archs/index.json`: cases with inputs,
 * outputs and one export in each format. Prints one JSON line; --list names what fails and why.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { convertPaddleModel } from '../dist/index.js';

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
};

function read(folder, { file, dtype }) {
  const bytes = readFileSync(path.join(folder, file));
  return new ARRAYS[dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** @returns why the case fails, undefined where it passes */
async function run(folder, example, format, { absolute, ofLargest }) {
  const files = example.formats[format];
  const inFolder = (name) => name && path.join(folder, name);
  const { onnx } = await convertPaddleModel({ model: inFolder(files.model), params: inFolder(files.params) });
  const session = await ort.InferenceSession.create(onnx, { logSeverityLevel: 4 });
  const feeds = Object.fromEntries(
    session.inputNames.map((name, at) => {
      const input = example.inputs.find((candidate) => candidate.name === name) ?? example.inputs[at];
      return [name, new ort.Tensor(input.dtype, read(folder, input), input.shape)];
    }),
  );
  const results = await session.run(feeds);
  await session.release();
  for (const [at, wanted] of (files.outputs ?? example.outputs).entries()) {
    const found = results[session.outputNames[at]];
    if (found?.dims.join() !== wanted.shape.join())
      return `output ${at}: [${found?.dims}] for [${wanted.shape}]`;
    const expected = Array.from(read(folder, wanted), Number);
    const largest = expected.reduce(
      (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
      0,
    );
    const wrong = expected.findIndex((value, i) => {
      const actual = Number(found.data[i]);
      const tolerance = absolute + 1e-3 * Math.abs(value) + ofLargest * largest;
      return !Object.is(actual, value) && !(Math.abs(actual - value) <= tolerance);
    });
    if (wrong >= 0) return `output ${at}[${wrong}]: ${found.data[wrong]} for ${expected[wrong]}`;
  }
  return undefined;
}

const [corpus, flag] = process.argv.slice(2);
const report = {};
for (const kind of ['ops', 'archs']) {
  const folder = path.join(corpus, kind);
  const index = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8'));
  report[kind] = { pass: 0, total: 0 };
  for (const example of index.cases ?? index.archs)
    for (const format of Object.keys(example.formats)) {
      const tolerance = { absolute: example.tolerance ?? 1e-4, ofLargest: kind === 'ops' ? 0 : 1e-4 };
      const failure = await run(folder, example, format, tolerance).catch((error) => error.message);
      report[kind].total++;
      if (failure === undefined) report[kind].pass++;
      else if (flag === '--list') console.error(`${example.id}/${format}: ${failure}`);
    }
}
console.log(JSON.stringify(report));
