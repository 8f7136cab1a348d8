import type { OnnxGraph, OnnxModel, OnnxNode, OnnxOperatorSet, OnnxTensor } from '../types.js';
import { isOnnxDomain } from './attributes.js';
import { inferShape, type Shape } from './shape.js';
import {
  constantTensor,
  floatsOf,
  floatTensor,
  integersOf,
  type FloatTensor,
  type ReadExternal,
} from './tensors.js';

/**
 * The main graph of an ONNX model while it is rewritten. Nodes are never changed in place: `replace` takes some away and
 * puts others there. Subgraphs (If, Loop, Scan) stay as they are; values that they read are pinned.
 *
 * Constant nodes become initialisers, and initialisers that old exporters list among the inputs stand only once:
 * nobody can give them another value here.
 */
export class Graph {
  /** Version of ONNX's own operator set. */
  #opset: number;
  readonly #model: OnnxModel;
  #domains: OnnxOperatorSet[];
  readonly #readExternal: ReadExternal;
  #nodes: OnnxNode[];
  readonly #tensors = new Map<string, OnnxTensor>();
  /** Values computed here; they are rounded to float32 when the model is written. */
  readonly #computed = new Map<string, FloatTensor>();
  /** float32 constants that were decoded. */
  readonly #decoded = new Map<string, FloatTensor | undefined>();
  readonly #producers = new Map<string, OnnxNode>();
  readonly #consumers = new Map<string, Set<OnnxNode>>();
  readonly #pinned = new Set<string>();
  readonly #names = new Set<string>();
  readonly #shapes = new Map<string, Shape | undefined>();

  /** @param readExternal reads tensors whose values stand in other files; without it such tensors are not known */
  constructor(model: OnnxModel, readExternal: ReadExternal = () => new Uint8Array()) {
    this.#model = model;
    this.#domains = [...model.opsetImport];
    this.#readExternal = readExternal;
    this.#opset = model.opsetImport.find(({ domain = '' }) => isOnnxDomain(domain))?.version ?? 0;
    const { graph } = model;
    for (const tensor of graph.initializer ?? []) this.#tensors.set(tensor.name ?? '', tensor);
    for (const { name } of graph.output) this.#pinned.add(name);
    for (const { name } of graph.input) this.#names.add(name);
    this.#nodes = graph.node.filter((node) => !this.#takeConstant(node));
    for (const node of this.#nodes) this.#index(node);
    for (const name of this.#tensors.keys()) this.#names.add(name);
  }

  get opset(): number {
    return this.#opset;
  }

  /** Declares another version of ONNX's own operator set; the nodes must fit it. */
  setOpset(version: number): void {
    this.#opset = version;
    this.#domains = this.#domains.map((one) => (isOnnxDomain(one.domain) ? { ...one, version } : one));
  }

  /** In an order in which they can run. */
  get nodes(): readonly OnnxNode[] {
    return this.#nodes;
  }

  /** The graph's inputs, without those that have a value already. */
  get inputs(): OnnxGraph['input'] {
    return this.#model.graph.input.filter(({ name }) => !this.#tensors.has(name));
  }

  has(node: OnnxNode): boolean {
    return node.output.some((name) => this.#producers.get(name) === node);
  }

  /** The node that gives a value; undefined for inputs and constants. */
  producer(value: string): OnnxNode | undefined {
    return this.#producers.get(value);
  }

  /** The nodes that read a value, each once; those in subgraphs are not among them (see `isPinned`). */
  consumers(value: string): OnnxNode[] {
    return [...(this.#consumers.get(value) ?? [])];
  }

  /** true if a value is an output of the graph, or a subgraph reads it. */
  isPinned(value: string): boolean {
    return this.#pinned.has(value);
  }

  /** The only node that reads a value, where it reads it once and nobody else does. */
  onlyConsumer(value: string): OnnxNode | undefined {
    const [node, second] = this.consumers(value);
    if (!node || second || this.isPinned(value)) return undefined;
    return node.input.filter((name) => name === value).length === 1 ? node : undefined;
  }

  isConstant(value: string): boolean {
    return this.#tensors.has(value) || this.#computed.has(value);
  }

  /** The values of a float32 constant; undefined for what is none. They must not be changed. */
  floats(value: string): FloatTensor | undefined {
    const computed = this.#computed.get(value);
    const tensor = this.#tensors.get(value);
    if (computed || !tensor) return computed;
    if (!this.#decoded.has(value)) this.#decoded.set(value, floatsOf(tensor, this.#readExternal));
    return this.#decoded.get(value);
  }

  /** The values of an int64 or int32 constant; undefined for what is none. */
  integers(value: string): number[] | undefined {
    const tensor = this.#tensors.get(value);
    return tensor && integersOf(tensor, this.#readExternal);
  }

  /** What is known of a value's shape without running the network. */
  shape(value: string): Shape | undefined {
    if (!this.#shapes.has(value)) {
      this.#shapes.set(value, undefined); // ends circles of a damaged model
      this.#shapes.set(value, inferShape(this, value));
    }
    return this.#shapes.get(value);
  }

  /** A name that no value has yet. */
  uniqueName(wanted: string): string {
    let name = wanted;
    for (let count = 1; this.#names.has(name); count++) name = `${wanted}.${count}`;
    this.#names.add(name);
    return name;
  }

  /** A new float32 constant. @returns its name */
  addFloats(wanted: string, tensor: FloatTensor): string {
    const name = this.uniqueName(wanted);
    this.#computed.set(name, tensor);
    return name;
  }

  /** Declares that nodes of another operator set are used. */
  requireDomain(domain: string, version: number): void {
    if (this.#domains.every((one) => one.domain !== domain)) this.#domains.push({ domain, version });
  }

  /** A new constant of any type. @returns its name */
  addTensor(wanted: string, tensor: OnnxTensor): string {
    const name = this.uniqueName(wanted);
    this.#tensors.set(name, { ...tensor, name });
    return name;
  }

  /**
   * Takes nodes away and puts others where the last of them stood. What the new ones read must be there before that
   * place, and what others read of the old ones must be given by the new ones under the same name.
   */
  replace(removed: readonly OnnxNode[], added: readonly OnnxNode[]): void {
    const gone = new Set(removed);
    const at = this.#nodes.findLastIndex((node) => gone.has(node));
    for (const node of removed) this.#unindex(node);
    for (const node of added) this.#index(node);
    const kept = (nodes: readonly OnnxNode[]): OnnxNode[] => nodes.filter((node) => !gone.has(node));
    this.#nodes = [...kept(this.#nodes.slice(0, at)), ...added, ...kept(this.#nodes.slice(at + 1))];
    for (const { input } of removed) for (const name of input) this.#forgetUnused(name);
  }

  /** Every node that reads `from` reads `to` instead. */
  redirect(from: string, to: string): void {
    for (const node of this.consumers(from)) {
      this.replace([node], [{ ...node, input: node.input.map((name) => (name === from ? to : name)) }]);
    }
  }

  /** Removes the names of all nodes, which nothing refers to. */
  forgetNodeNames(): void {
    for (const node of this.nodes) this.replace([node], [{ ...node, name: '' }]);
  }

  /** The rewritten model; the one that was given stays as it was. */
  toModel(): OnnxModel {
    const { graph } = this.#model;
    const used = (name: string): boolean => this.#consumers.has(name) || this.isPinned(name);
    const computed = [...this.#computed].map(([name, tensor]) => floatTensor(name, tensor));
    const initializer = [...this.#tensors.values(), ...computed].filter(({ name = '' }) => used(name));
    const valueInfo = graph.valueInfo?.filter(({ name }) => used(name));
    return {
      ...this.#model,
      opsetImport: this.#domains,
      irVersion: Math.max(this.#model.irVersion, FIRST_WITH_UNLISTED_INITIALISERS),
      graph: {
        ...graph,
        node: [...this.#nodes],
        initializer,
        input: this.inputs,
        ...(valueInfo && { valueInfo }),
      },
    };
  }

  #takeConstant(node: OnnxNode): boolean {
    const isConstant = node.opType === 'Constant' && isOnnxDomain(node.domain);
    const tensor = isConstant ? constantTensor(node) : undefined;
    if (!tensor || this.isPinned(node.output[0]!)) return false;
    this.#tensors.set(node.output[0]!, tensor);
    return true;
  }

  #index(node: OnnxNode): void {
    for (const name of node.output) {
      if (name === '') continue;
      this.#producers.set(name, node);
      this.#names.add(name);
    }
    for (const name of node.input) {
      if (name === '') continue;
      const readers = this.#consumers.get(name) ?? new Set();
      this.#consumers.set(name, readers.add(node));
    }
    for (const { g, graphs = [] } of node.attribute ?? []) {
      for (const inner of g ? [g, ...graphs] : graphs) for (const name of namesIn(inner)) this.#pin(name);
    }
  }

  #pin(name: string): void {
    this.#pinned.add(name);
    this.#names.add(name);
  }

  #unindex(node: OnnxNode): void {
    for (const name of node.output) if (this.#producers.get(name) === node) this.#producers.delete(name);
    for (const name of node.input) {
      const readers = this.#consumers.get(name);
      readers?.delete(node);
      if (readers?.size === 0) this.#consumers.delete(name);
    }
  }

  /** Constants that nobody reads any more need not stay in memory. */
  #forgetUnused(name: string): void {
    if (this.#consumers.has(name)) return;
    this.#computed.delete(name);
    this.#decoded.delete(name);
  }
}

/** From this IR version on an initialiser need not be an input too. */
const FIRST_WITH_UNLISTED_INITIALISERS = 4;

/** Every name in a subgraph: those of values outside that it reads are among them. */
export function* namesIn(graph: OnnxGraph): Generator<string> {
  for (const { name } of graph.output) yield name;
  for (const { name } of graph.input) yield name;
  for (const { name = '' } of graph.initializer ?? []) yield name;
  for (const { input, output, attribute } of graph.node) {
    yield* input;
    yield* output;
    for (const { g, graphs = [] } of attribute ?? [])
      for (const inner of g ? [g, ...graphs] : graphs) yield* namesIn(inner);
  }
}
