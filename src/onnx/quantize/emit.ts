import { intAttribute, type Graph } from '../graph/index.js';
import { DATA_TYPE, type OnnxNode, type OnnxTensor } from '../types.js';
import { int8Layers, layersOf, storedTensors, type Layer, type Weights } from './layers.js';
import { biasScale, quantizeWeights, uint8Parameters, type Uint8Parameters } from './numbers.js';
import { TableMismatch, type NetworkTable } from './table.js';

/** The first version of ONNX's operator set in which weights have a scale per channel. */
const FIRST_PER_CHANNEL = 13;
/** onnxruntime's own operator set, whose quantisation operators take scales per channel in networks of any version. */
const MICROSOFT = 'com.microsoft';

/**
 * Marks the layers of a float network that run in int8 with QuantizeLinear and DequantizeLinear (QDQ): uint8 activations, int8
 * weights with a scale per output channel, int32 biases.
 * @param graph the float network, which is changed
 * @returns number of layers with weights that run in int8
 * @throws TableMismatch if the table names tensors that the network does not have, or lacks a range
 */
export function quantizeGraph(graph: Graph, table: NetworkTable): number {
  const layers = layersOf(graph);
  checkNames(graph, layers, table);
  const kept = int8Layers(layers, (name) => Object.hasOwn(table.float, name));
  const missing = [...storedTensors(kept)].find((name) => !Object.hasOwn(table.ranges, name));
  if (missing !== undefined) throw new TableMismatch(`it has no range for the tensor "${missing}"`);
  const writer = new Writer(graph, table);
  for (const layer of kept) writer.write(layer);
  // onnxruntime gives new nodes the names of those that it replaces, and refuses a name that stands twice.
  graph.forgetNodeNames();
  return kept.filter(({ weights }) => weights).length;
}

function checkNames(
  graph: Graph,
  layers: readonly Layer[],
  { ranges, float, bias = {} }: NetworkTable,
): void {
  const known = new Set(layers.map(({ name }) => name));
  const strange = [...Object.keys(float), ...Object.keys(bias)].find((name) => !known.has(name));
  if (strange !== undefined) throw new TableMismatch(`the network has no layer "${strange}"`);
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const unknown = Object.keys(ranges).find((name) => !inputs.has(name) && !graph.producer(name));
  if (unknown !== undefined) throw new TableMismatch(`the network has no tensor "${unknown}"`);
}

/** A stored tensor: its parameters and the constants that hold them. */
interface Stored {
  readonly parameters: Uint8Parameters;
  readonly constants: readonly [scale: string, zero: string];
  /** What an int8 layer reads. */
  readonly dequantized: string;
}

class Writer {
  readonly #graph: Graph;
  readonly #table: NetworkTable;
  readonly #stored = new Map<string, Stored>();
  readonly #domain: string | undefined;
  /** Operators of ONNX's own domain know scales per channel. */
  readonly #perChannel: boolean;

  constructor(graph: Graph, table: NetworkTable) {
    this.#graph = graph;
    this.#table = table;
    this.#perChannel = graph.opset >= FIRST_PER_CHANNEL;
    this.#domain = this.#perChannel ? undefined : MICROSOFT;
    if (this.#domain !== undefined) graph.requireDomain(this.#domain, 1);
  }

  write(layer: Layer): void {
    const { node, activation, output, weights } = layer;
    const before: OnnxNode[] = [];
    const input = [...node.input];
    layer.inputs.forEach((name, i) => {
      input[i] = this.#read(name, before);
    });
    if (weights) this.#writeWeights(layer, weights, input, before);
    if (activation) this.#graph.replace([activation], []);
    if (!layer.storesOutput) {
      this.#graph.replace([node], [...before, { ...node, input }]);
      return;
    }
    const float = this.#graph.uniqueName(`${output}/float`);
    const given = layer.keepsParameters ? this.#stored.get(layer.inputs[0]!) : undefined;
    const stored: Stored = { ...(given ?? this.#parametersOf(output)), dequantized: output };
    this.#stored.set(output, stored);
    const after = this.#pair(float, stored.constants, output, output);
    this.#graph.replace([node], [...before, { ...node, input, output: [float] }, ...after]);
  }

  /** The dequantised form of a tensor. Nodes that make it are added to `before`. */
  #read(name: string, before: OnnxNode[]): string {
    const known = this.#stored.get(name);
    if (known) return known.dequantized;
    const dequantized = this.#graph.uniqueName(`${name}/dequantized`);
    const stored = { ...this.#parametersOf(name), dequantized };
    this.#stored.set(name, stored);
    before.push(...this.#pair(name, stored.constants, dequantized, name));
    return dequantized;
  }

  #parametersOf(name: string): Omit<Stored, 'dequantized'> {
    const parameters = uint8Parameters(this.#table.ranges[name]!);
    const scale = this.#constant(`${name}/scale`, [], Float32Array.of(parameters.scale), DATA_TYPE.float32);
    const zero = this.#constant(`${name}/zero`, [], Uint8Array.of(parameters.zero), DATA_TYPE.uint8);
    return { parameters, constants: [scale, zero] };
  }

  #pair(from: string, constants: Stored['constants'], to: string, name: string): OnnxNode[] {
    const stored = this.#graph.uniqueName(`${name}/uint8`);
    return [
      this.#node('QuantizeLinear', [from, ...constants], stored),
      this.#node('DequantizeLinear', [stored, ...constants], to),
    ];
  }

  #writeWeights(layer: Layer, weights: Weights, input: string[], before: OnnxNode[]): void {
    const { tensor, axis, channels } = weights;
    const inputScale = this.#stored.get(layer.inputs[0]!)!.parameters.scale;
    const bias = biasOf(layer, weights, this.#table.bias?.[layer.name]);
    const {
      values,
      scales,
      bias: stored,
    } = quantizeWeights(tensor.values, channels, channelsOf(weights), inputScale, bias);
    const name = layer.node.input[1]!;
    const constants = [
      this.#constant(`${name}/int8`, tensor.dims, values, DATA_TYPE.int8),
      this.#constant(`${name}/scale`, [channels], scales, DATA_TYPE.float32),
      this.#constant(`${name}/zero`, [channels], new Int8Array(channels), DATA_TYPE.int8),
    ];
    input[1] = this.#dequantized(name, constants, axis, before);
    if (!stored) return;
    const biasScales = scales.map((scale) => biasScale(inputScale, scale));
    const named = `${layer.name}/bias`;
    const biasConstants = [
      this.#constant(`${named}/int32`, [channels], stored, DATA_TYPE.int32),
      this.#constant(`${named}/scale`, [channels], biasScales, DATA_TYPE.float32),
      this.#constant(`${named}/zero`, [channels], new Int32Array(channels), DATA_TYPE.int32),
    ];
    input[2] = this.#dequantized(named, biasConstants, 0, before);
  }

  #dequantized(name: string, constants: readonly string[], axis: number, before: OnnxNode[]): string {
    const output = this.#graph.uniqueName(`${name}/dequantized`);
    const node = this.#node('DequantizeLinear', constants, output);
    before.push({ ...node, attribute: [intAttribute('axis', axis)] });
    return output;
  }

  #node(opType: string, input: readonly string[], output: string): OnnxNode {
    const domain = this.#domain;
    return {
      opType,
      input: [...input],
      output: [output],
      ...(domain !== undefined && { domain }),
    };
  }

  #constant(
    name: string,
    dims: readonly number[],
    { buffer, byteOffset, byteLength }: Float32Array | Int8Array | Uint8Array | Int32Array,
    dataType: OnnxTensor['dataType'],
  ): string {
    const rawData = new Uint8Array(buffer, byteOffset, byteLength);
    return this.#graph.addTensor(name, { dims: [...dims], dataType, rawData });
  }
}

/** The output channel of each weight. */
export function channelsOf({ tensor, axis }: Weights): (i: number) => number {
  const { dims, values } = tensor;
  if (axis === 0) {
    const size = values.length / dims[0]!;
    return (i) => Math.floor(i / size);
  }
  const columns = dims[1]!;
  return (i) => i % columns;
}

/** A layer's bias with its correction; undefined if it has none. */
function biasOf(
  layer: Layer,
  { bias, channels }: Weights,
  correction: readonly number[] | undefined,
): Float64Array | undefined {
  if (!bias && !correction) return undefined;
  if (layer.node.opType === 'MatMul')
    throw new TableMismatch(`"${layer.name}" has no bias that can be corrected`);
  if (correction && correction.length !== channels) {
    throw new TableMismatch(`"${layer.name}" has ${channels} channels, not ${correction.length}`);
  }
  return Float64Array.from({ length: channels }, (_, c) => (bias?.values[c] ?? 0) + (correction?.[c] ?? 0));
}
