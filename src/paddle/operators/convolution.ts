import type { GraphBuilder } from '../graph/builder.js';
import type { Attributes } from '../graph/nodes.js';
import { channelsFirst, channelsLast } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';

/** Paddings of a window as ONNX wants them, or the name of ONNX's rule for it. */
export interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly attributes: Attributes;
  /** Begins of all axes, then their ends; undefined where `auto_pad` works them out. */
  readonly pads: readonly number[] | undefined;
}

/** Paddle writes [h, w] or [top, bottom, left, right] (also one pair for every axis of the tensor), ONNX [top, left, bottom, right]. */
export function onnxPads(op: OperatorCall, paddings: readonly number[], axes: number): number[] {
  if (paddings.length === axes) return [...paddings, ...paddings];
  const pairs = paddings.length === 2 * axes + 4 ? paddings.slice(-2 * axes) : paddings;
  if (pairs.length !== 2 * axes) throw op.fail(`${axes} or ${2 * axes} paddings`, `${paddings.length}`);
  return [...pairs.filter((_, at) => at % 2 === 0), ...pairs.filter((_, at) => at % 2 === 1)];
}

/** `count` numbers that are 1 or more. */
export function positive(
  op: OperatorCall,
  name: string,
  count: number,
  fallback?: number,
): readonly number[] {
  const values = op.ints(name, fallback === undefined ? undefined : new Array<number>(count).fill(fallback));
  const filled = values.length === 1 ? new Array<number>(count).fill(values[0]!) : values;
  if (filled.length !== count || filled.some((value) => value < 1 || value > 2 ** 31 - 1))
    throw op.fail(`${count} numbers ${name} of 1 or more`, `[${values.join(', ')}]`);
  return filled;
}

/** Strides, dilations and paddings; SAME ignores the paddings and the dilations, VALID the paddings. */
export function readWindow(op: OperatorCall, axes: number): Window {
  const strides = positive(op, 'strides', axes, 1);
  const algorithm = op.string('padding_algorithm', 'EXPLICIT');
  const same = algorithm === 'SAME';
  const dilations = same ? new Array<number>(axes).fill(1) : positive(op, 'dilations', axes, 1);
  if (same)
    return {
      strides,
      dilations,
      pads: undefined,
      attributes: { strides, dilations, auto_pad: 'SAME_UPPER' },
    };
  const pads =
    algorithm === 'VALID'
      ? new Array<number>(2 * axes).fill(0)
      : onnxPads(op, op.ints('paddings', new Array<number>(axes).fill(0)), axes);
  if (pads.some((pad) => pad < 0)) throw op.fail('paddings of 0 or more', `[${pads.join(', ')}]`);
  return { strides, dilations, pads, attributes: { strides, dilations, pads } };
}

export const isChannelsLast = (op: OperatorCall): boolean =>
  ['NHWC', 'NDHWC'].includes(op.string('data_format', 'NCHW'));

/** Runs `build` on a channels-first view of x, whatever the layout in the program. */
export function inChannelsFirst(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  build: (x: GraphValue) => GraphValue,
): GraphValue {
  if (!isChannelsLast(op)) return build(x);
  const rank = op.rank(x);
  return channelsLast(graph, build(channelsFirst(graph, x, rank)), rank);
}

const convolution = (axes: number): Pick<OperatorDefinition, 'inputs' | 'outputs' | 'convert'> => ({
  inputs: { input: 'Input', filter: 'Filter' },
  outputs: { out: 'Output' },
  convert: (op, graph) => {
    const filter = op.input('filter');
    const [group] = positive(op, 'groups', 1, 1);
    if (op.rank(filter) !== axes + 2) throw op.fail(`a filter of ${axes + 2} axes`, `${op.rank(filter)}`);
    checkChannels(op, filter, group!);
    const { attributes } = readWindow(op, axes);
    return inChannelsFirst(op, graph, op.input('input'), (x) =>
      graph.node('Conv', [x, filter], { ...attributes, group }, { dims: convolvedDims(op, x, filter, axes) }),
    );
  },
});

function checkChannels(op: OperatorCall, filter: GraphValue, group: number): void {
  const outChannels = op.dims(filter)[0]!;
  if (outChannels % group !== 0) throw op.fail(`groups that divide ${outChannels} filters`, `${group}`);
}

/** What is known without the arithmetic of windows: the program declares the spatial sizes. */
function convolvedDims(op: OperatorCall, x: GraphValue, filter: GraphValue, axes: number): readonly number[] {
  return [x.dims?.[0] ?? -1, op.dims(filter)[0]!, ...new Array<number>(axes).fill(-1)];
}

/** The filter is [in, out / groups, ...] as in ONNX. */
const transposed = (axes: number): Pick<OperatorDefinition, 'inputs' | 'outputs' | 'convert'> => ({
  inputs: { x: 'Input', filter: 'Filter', output_size: [] },
  outputs: { out: 'Output' },
  convert: (op, graph) => {
    const filter = op.input('filter');
    const [group] = positive(op, 'groups', 1, 1);
    if (op.rank(filter) !== axes + 2) throw op.fail(`a filter of ${axes + 2} axes`, `${op.rank(filter)}`);
    const padding = op.ints('output_padding', []);
    const wanted = op.sizes('output_size');
    const given = wanted?.dims?.[0] === 0 ? undefined : wanted;
    return inChannelsFirst(op, graph, op.input('x'), (x) => {
      const window = transposedWindow(op, x, op.dims(filter).slice(2));
      const known = [x.dims?.[0] ?? -1, op.dims(filter)[1]! * group!, ...new Array<number>(axes).fill(-1)];
      const node = (output_padding: readonly number[] | undefined): GraphValue =>
        graph.node(
          'ConvTranspose',
          [x, filter],
          { ...window.attributes, group, output_padding },
          { dims: known },
        );
      if (given) return sizedTransposed(graph, node, window, given, axes);
      return node(padding.length ? padding : undefined);
    });
  },
});

/** SAME pads a transposed convolution by what it would pad the convolution of its input. */
function transposedWindow(op: OperatorCall, x: GraphValue, kernel: readonly number[]): Window {
  const window = readWindow(op, kernel.length);
  if (window.pads) return window;
  const sums = kernel.map((size, at) => {
    const length = op.dims(x)[at + 2]!;
    if (length < 0) throw op.unsupported('has the padding algorithm SAME and an input of unknown size');
    const stride = window.strides[at]!;
    return Math.max((Math.ceil(length / stride) - 1) * stride + size - length, 0);
  });
  const pads = [...sums.map((sum) => Math.floor(sum / 2)), ...sums.map((sum) => Math.ceil(sum / 2))];
  const { strides, dilations } = window;
  return { strides, dilations, pads, attributes: { strides, dilations, pads } };
}

/**
 * Paddle takes an output size where ONNX takes what is added at the end. Padding by the most that is legal (stride - 1)
 * and cutting to the size gives the same numbers, also where the size is only known at run time.
 */
function sizedTransposed(
  graph: GraphBuilder,
  node: (outputPadding: readonly number[]) => GraphValue,
  window: Window,
  size: GraphValue,
  axes: number,
): GraphValue {
  const most = node(window.strides.map((stride, at) => Math.max(stride, window.dilations[at]!) - 1));
  const zeros = graph.ints(new Array<number>(axes).fill(0));
  const spatial = graph.ints(Array.from({ length: axes }, (_, at) => at + 2));
  return graph.node('Slice', [most, zeros, size, spatial]);
}

/** Convolutions. A bias is never inside: it is an addition of its own. */
export const CONVOLUTION = {
  conv2d: { ...convolution(2) },
  depthwise_conv2d: { ...convolution(2) },
  conv3d: { ...convolution(3) },
  conv2d_transpose: { ...transposed(2) },
  depthwise_conv2d_transpose: { ...transposed(2) },
  conv3d_transpose: { ...transposed(3) },
} satisfies OperatorTable;
