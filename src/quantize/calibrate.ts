import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../files/make-folder.js';
import type { Runtime } from '../contracts/runtime.js';
import type { Tensor } from '../contracts/tensor.js';
import { readGraph, writeGraph } from '../onnx/graph/index.js';
import { encodeModel } from '../onnx/proto.js';
import {
  channelsOf,
  int8Layers,
  quantizeWeights,
  storedTensors,
  uint8Parameters,
  type Range,
} from '../onnx/quantize/index.js';
import { DATA_TYPE } from '../onnx/types.js';
import { openRuntime } from '../runtime/index.js';
import { Histogram } from './histogram.js';
import type { FloatNetwork } from './networks.js';

export type Feeds = Readonly<Record<string, Tensor>>;

/** Inputs that are kept to measure the error of single layers. */
const KEPT_FEEDS = 3;

/** What the calibration found out about a network. */
export interface Calibrated {
  readonly ranges: Record<string, Range>;
  /** How each range was chosen. */
  readonly methods: Record<string, string>;
  /** Correction of each convolution's bias: the mean error that the rounding of its weights causes. */
  readonly bias: Record<string, number[]>;
  readonly feeds: readonly Feeds[];
}

/** Runs a network with all tensors as outputs, and gathers their ranges. */
export class Calibration {
  readonly #network: FloatNetwork;
  readonly #runtime: Runtime;
  readonly #histograms = new Map<string, Histogram>();
  readonly #means = new Map<string, { sums: Float64Array; count: number }>();
  readonly #feeds: Feeds[] = [];
  #runs = 0;

  private constructor(network: FloatNetwork, runtime: Runtime, tensors: Iterable<string>) {
    this.#network = network;
    this.#runtime = runtime;
    for (const name of tensors) this.#histograms.set(name, new Histogram());
    for (const { weights, node, inputs } of network.layers) {
      if (weights && node.opType === 'Conv')
        this.#means.set(inputs[0]!, { sums: new Float64Array(), count: 0 });
    }
  }

  static async open(network: FloatNetwork): Promise<Calibration> {
    const tensors = storedTensors(int8Layers(network.layers, () => false));
    // Where some layers stay float, others read what would else not be stored.
    for (const { inputs, weights, output, storesOutput } of network.layers) {
      if (weights) for (const name of storesOutput ? [...inputs, output] : inputs) tensors.add(name);
    }
    const file = await writeWithOutputs(network, tensors);
    return new Calibration(network, await openRuntime({ ...network.runtime, file }), tensors);
  }

  get runs(): number {
    return this.#runs;
  }

  async see(feeds: Feeds): Promise<void> {
    this.#runs++;
    if (this.#feeds.length < KEPT_FEEDS) this.#feeds.push(structuredClone(feeds));
    const values: Feeds = { ...(await this.#runtime.run(feeds)), ...feeds };
    for (const [name, histogram] of this.#histograms) {
      const tensor = values[name];
      if (tensor?.type === 'float32') histogram.add(tensor.data);
    }
    for (const [name, mean] of this.#means) {
      const tensor = values[name];
      if (tensor?.type === 'float32' && tensor.dims.length === 4) addMeans(mean, tensor.dims, tensor.data);
    }
  }

  async close(): Promise<Calibrated> {
    await this.#runtime.close();
    const found = [...this.#histograms].map(([name, histogram]) => [name, histogram.bestRange()] as const);
    const usable = found.filter(([, { range }]) => range.every(Number.isFinite));
    const ranges = Object.fromEntries(usable.map(([name, { range }]) => [name, range]));
    const methods = Object.fromEntries(usable.map(([name, { method }]) => [name, method]));
    return { ranges, methods, bias: this.#corrections(ranges), feeds: this.#feeds };
  }

  /** Sum over a channel's weights of (weight - int8 weight) * mean of the input channel. */
  #corrections(ranges: Record<string, Range>): Record<string, number[]> {
    const corrections: Record<string, number[]> = {};
    for (const { name, node, weights, inputs } of this.#network.layers) {
      const range = ranges[inputs[0]!];
      const mean = this.#means.get(inputs[0]!);
      if (!weights || node.opType !== 'Conv' || !range || !mean || mean.count === 0) continue;
      const { tensor, channels, groups, bias } = weights;
      const { scale } = uint8Parameters(range);
      const float = Float64Array.from({ length: channels }, (_, c) => bias?.values[c] ?? 0);
      const { values, scales } = quantizeWeights(tensor.values, channels, channelsOf(weights), scale, float);
      const [, columns = 1, ...kernel] = tensor.dims;
      const area = kernel.reduce((product, size) => product * size, 1);
      const correction = new Array<number>(channels).fill(0);
      for (let i = 0; i < values.length; i++) {
        const channel = Math.floor(i / (area * columns));
        const group = Math.floor(channel / (channels / groups));
        const input = group * columns + (Math.floor(i / area) % columns);
        correction[channel]! +=
          (tensor.values[i]! - values[i]! * scales[channel]!) * (mean.sums[input]! / mean.count);
      }
      corrections[name] = correction.map((value) => Number(value.toPrecision(5)));
    }
    return corrections;
  }
}

function addMeans(
  mean: { sums: Float64Array; count: number },
  dims: readonly number[],
  data: Float32Array,
): void {
  const [batch = 1, channels = 1, height = 1, width = 1] = dims;
  const area = height * width;
  if (mean.sums.length === 0) mean.sums = new Float64Array(channels);
  for (let plane = 0; plane < batch * channels; plane++) {
    let sum = 0;
    for (let i = plane * area; i < (plane + 1) * area; i++) sum += data[i]!;
    mean.sums[plane % channels]! += sum;
  }
  mean.count += batch * area;
}

async function writeWithOutputs(
  { runtime, folder }: FloatNetwork,
  tensors: Iterable<string>,
): Promise<string> {
  const graph = readGraph(runtime.file);
  const own = path.join(folder, 'calibration');
  const file = await writeGraph(graph, runtime.file, own);
  const model = graph.toModel();
  const known = new Set([...model.graph.input, ...model.graph.output].map(({ name }) => name));
  const added = [...tensors].filter((name) => !known.has(name));
  const type = { tensorType: { elemType: DATA_TYPE.float32 } };
  model.graph.output = [...model.graph.output, ...added.map((name) => ({ name, type }))];
  makeFolder(own);
  await writeFile(file, encodeModel(model));
  return file;
}
