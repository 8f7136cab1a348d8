/**
 * Converts every case of a corpus of Paddle exports and holds the outputs against Paddle's:
 * `node bench/paddle-corpus.mjs <folder> [--list | --table]`. The folder holds `ops/index.json`, `archs/index.json` or both:
 * cases with inputs, outputs and exports, as paddle-architectures.py writes them. Prints one JSON line; --list names what
 * fails and why, --table prints for every export the largest difference and the largest value of its outputs.
 */
import { existsSync, readFileSync } from 'node:fs';
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

/** @returns the rows of `actual`, each where the row of `expected` is that it is closest to and no earlier row took */
function pairRows(actual, expected, width) {
  const distance = (row, wanted) => {
    let most = 0;
    for (let i = 0; i < width; i++)
      most = Math.max(most, Math.abs(actual[row * width + i] - expected[wanted * width + i]));
    return most;
  };
  const free = new Set(Array.from({ length: actual.length / width }, (_, row) => row));
  return Array.from({ length: expected.length / width }, (_, wanted) => {
    const closest = [...free].reduce((best, row) =>
      distance(row, wanted) < distance(best, wanted) ? row : best,
    );
    free.delete(closest);
    return actual.slice(closest * width, (closest + 1) * width);
  }).flat();
}

/**
 * @returns why the case fails, undefined where it passes; `difference` is that of the output which differs most in
 *   relation to its `largest` value, both in the output's units
 */
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
  const compared = { failure: undefined, difference: 0, largest: 0 };
  for (const [at, wanted] of (files.outputs ?? example.outputs).entries()) {
    const found = results[session.outputNames[at]];
    if (found?.dims.join() !== wanted.shape.join())
      return { ...compared, failure: `output ${at}: [${found?.dims}] for [${wanted.shape}]` };
    const expected = Array.from(read(folder, wanted), Number);
    const inOrder = Array.from(found.data, Number);
    const actual = wanted.rowsInAnyOrder ? pairRows(inOrder, expected, wanted.shape[1]) : inOrder;
    const distances = expected.map((value, i) =>
      Object.is(actual[i], value) ? 0 : Math.abs(actual[i] - value),
    );
    const largestOf = (values) =>
      values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
    const [difference, largest] = [largestOf(distances), largestOf(expected)];
    if (difference * compared.largest >= compared.difference * largest)
      Object.assign(compared, { difference, largest });
    const wrong = expected.findIndex(
      (value, i) => !(distances[i] <= absolute + 1e-3 * Math.abs(value) + ofLargest * largest),
    );
    if (wrong >= 0) compared.failure ??= `output ${at}[${wrong}]: ${actual[wrong]} for ${expected[wrong]}`;
  }
  return compared;
}

const [corpus, flag] = process.argv.slice(2);
const report = {};
for (const kind of ['ops', 'archs']) {
  const folder = path.join(corpus, kind);
  if (!existsSync(path.join(folder, 'index.json'))) continue;
  const index = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8'));
  report[kind] = { pass: 0, total: 0 };
  for (const example of index.cases ?? index.archs)
    for (const format of Object.keys(example.formats)) {
      const tolerance = { absolute: example.tolerance ?? 1e-4, ofLargest: kind === 'ops' ? 0 : 1e-4 };
      const { failure, difference, largest } = await run(folder, example, format, tolerance).catch(
        (error) => ({
          failure: error.message,
        }),
      );
      report[kind].total++;
      if (failure === undefined) report[kind].pass++;
      else if (flag !== undefined) console.error(`${example.id}/${format}: ${failure}`);
      if (flag === '--table' && difference !== undefined)
        console.log(`${example.id}/${format}: ${difference.toExponential(1)} of ${largest.toExponential(1)}`);
    }
}
console.log(JSON.stringify(report));
