import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { inChannelsFirst, positive, readWindow } from './convolution.js';
import type { OperatorTable } from './definition.js';

type Kind = 'avg' | 'max';

const REDUCE = { avg: 'ReduceMean', max: 'ReduceMax' } as const;

function pool(op: OperatorCall, graph: GraphBuilder, x: GraphValue, kind: Kind, axes: number): GraphValue {
  const all = Array.from({ length: axes }, (_, at) => at + 2);
  if (op.bool('global_pooling', false)) return globalPool(graph, x, kind);
  if (op.bool('adaptive', false)) {
    const sizes = op.ints('kernel_size');
    const wanted = sizes.length === 1 ? all.map(() => sizes[0]!) : sizes;
    if (wanted.length !== axes) throw op.fail(`${axes} sizes`, `[${sizes.join(', ')}]`);
    if (wanted.every((size) => size === 1)) return globalPool(graph, x, kind);
    return adaptivePool(op, graph, x, kind, wanted);
  }
  return windowPool(op, graph, x, kind, axes);
}

const globalPool = (graph: GraphBuilder, x: GraphValue, kind: Kind): GraphValue => {
  const dims = x.dims?.map((dim, axis) => (axis < 2 ? dim : 1));
  return graph.node(kind === 'avg' ? 'GlobalAveragePool' : 'GlobalMaxPool', [x], {}, { dims });
};

function windowPool(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  kind: Kind,
  axes: number,
): GraphValue {
  const kernel_shape = positive(op, 'kernel_size', axes);
  const { strides, pads } = readWindow(op, axes);
  const window = { strides, ...padding(pads) };
  const ceil_mode = op.bool('ceil_mode', false) ? 1 : 0;
  const dims = [x.dims?.[0] ?? -1, x.dims?.[1] ?? -1, ...new Array<number>(axes).fill(-1)];
  if (kind === 'max') return graph.node('MaxPool', [x], { ...window, kernel_shape, ceil_mode }, { dims });
  const exclusive = op.bool('exclusive', true);
  // Where padding counts and the last window hangs over the edge, operator sets before 19 count the overhang too.
  if (!exclusive && ceil_mode) graph.requireOpset(19);
  if (!exclusive && pads && !countsAlike(pads, ceil_mode === 1)) {
    throw op.unsupported('counts padding by its beginning alone, which ONNX cannot where its end differs');
  }
  const attributes = { ...window, kernel_shape, ceil_mode, count_include_pad: exclusive ? 0 : 1 };
  return graph.node('AveragePool', [x], attributes, { dims });
}

/**
 * Whether an average that counts its padding divides alike in both: Paddle cuts a window at size + beginning, ONNX at
 * size + end, and only a window that hangs over (ceil_mode) or an end wider than the beginning gets that far.
 * @param pads beginnings, then ends
 */
function countsAlike(pads: readonly number[], ceil: boolean): boolean {
  const axes = pads.length / 2;
  return pads.slice(0, axes).every((begin, axis) => {
    const end = pads[axis + axes]!;
    return ceil ? begin === end : begin >= end;
  });
}

const padding = (pads: readonly number[] | undefined) => (pads ? { pads } : { auto_pad: 'SAME_UPPER' });

/** Bins of a known number over an axis: plain pooling where they are equal, one slice a bin where not. */
function adaptivePool(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  kind: Kind,
  wanted: readonly number[],
): GraphValue {
  const dims = op.dims(x);
  const sizes = wanted.map((size, at) => (size === -1 ? dims[at + 2]! : size));
  const known = wanted.every((_, at) => dims[at + 2]! > 0) && sizes.every((size) => size > 0);
  if (known && sizes.every((size, at) => dims[at + 2]! % size === 0)) {
    const kernel_shape = sizes.map((size, at) => dims[at + 2]! / size);
    return graph.node(kind === 'avg' ? 'AveragePool' : 'MaxPool', [x], {
      kernel_shape,
      strides: kernel_shape,
    });
  }
  return wanted.reduce<GraphValue>((value, size, at) => poolAxis(op, graph, value, kind, at + 2, size), x);
}

/** Average and maximum of a box are those along one axis after the other. */
function poolAxis(
  op: OperatorCall,
  graph: GraphBuilder,
  x: GraphValue,
  kind: Kind,
  axis: number,
  bins: number,
): GraphValue {
  if (bins === -1) return x;
  if (bins < 1 || bins > 4096) throw op.fail('between 1 and 4096 bins', `${bins}`);
  if (bins === 1) return graph.reduce(REDUCE[kind], x, [axis], true);
  const length = graph.size(x, axis);
  const pieces = Array.from({ length: bins }, (_, bin) => {
    const scaled = (count: number): GraphValue => graph.withNumber('Mul', length, count);
    const start = graph.withNumber('Div', scaled(bin), bins);
    const end = graph.withNumber('Div', graph.withNumber('Add', scaled(bin + 1), bins - 1), bins);
    const part = graph.node('Slice', [x, start, end, graph.ints([axis])]);
    return graph.reduce(REDUCE[kind], part, [axis], true);
  });
  return graph.concat(pieces, axis);
}

/** Paddle counts a maximum's place within one plane, ONNX within the whole tensor. */
function withPlaneIndices(graph: GraphBuilder, x: GraphValue, pooled: readonly GraphValue[], axes: number) {
  const sizes = Array.from({ length: axes }, (_, at) => graph.size(x, at + 2));
  const plane = sizes.reduce((product, size) => graph.node('Mul', [product, size]));
  return { out: pooled[0]!, mask: graph.cast(graph.node('Mod', [pooled[1]!, plane]), 'int32') };
}

function maxPoolWithIndex(op: OperatorCall, graph: GraphBuilder, axes: number) {
  const x = op.input('x');
  const dims = op.dims(x);
  const adaptive = op.bool('adaptive', false);
  let kernel_shape = op.ints('kernel_size');
  let window = {};
  if (op.bool('global_pooling', false)) kernel_shape = dims.slice(2);
  else if (adaptive) {
    const even = kernel_shape.every(
      (size, at) => size > 0 && dims[at + 2]! > 0 && dims[at + 2]! % size === 0,
    );
    if (!even && op.outputCount('mask') === 0) return adaptivePool(op, graph, x, 'max', kernel_shape);
    if (!even) return unevenMaxPool(op, graph, x, kernel_shape);
    kernel_shape = kernel_shape.map((size, at) => dims[at + 2]! / size);
    window = { strides: kernel_shape };
  } else {
    kernel_shape = positive(op, 'kernel_size', axes);
    const { strides, pads } = readWindow(op, axes);
    window = { strides, ...padding(pads), ceil_mode: op.bool('ceil_mode', false) ? 1 : 0 };
  }
  if (kernel_shape.some((size) => size < 1)) throw op.unsupported('pools a plane of unknown size as a whole');
  const known = [dims[0]!, dims[1]!, ...new Array<number>(axes).fill(-1)];
  const results = [{ dims: known }, { type: 'int64', dims: known }] as const;
  return withPlaneIndices(graph, x, graph.multi('MaxPool', [x], { ...window, kernel_shape }, results), axes);
}

/** Bins of unequal size: the values bin by bin; their places are found by looking for the value in its bin. */
function unevenMaxPool(op: OperatorCall, graph: GraphBuilder, x: GraphValue, bins: readonly number[]) {
  const [height, width] = op.dims(x).slice(2) as [number, number];
  if (bins.length !== 2 || height < 1 || width < 1)
    throw op.unsupported('finds places of maxima in bins of unequal size on a plane of unknown size');
  const values: GraphValue[] = [];
  const places: GraphValue[] = [];
  const edges = (bin: number, count: number, size: number): [number, number] => [
    Math.floor((bin * size) / count),
    Math.ceil(((bin + 1) * size) / count),
  ];
  for (let row = 0; row < bins[0]!; row++)
    for (let column = 0; column < bins[1]!; column++) {
      const [top, bottom] = edges(row, bins[0]!, height);
      const [left, right] = edges(column, bins[1]!, width);
      const part = graph.slice(graph.slice(x, 2, top, bottom), 3, left, right);
      const flat = graph.reshape(part, [0, 0, -1]);
      const at = graph.node('ArgMax', [flat], { axis: 2, keepdims: 1 });
      values.push(graph.node('ReduceMax', [flat, graph.ints([2])], { keepdims: 1 }));
      const y = graph.withNumber('Add', graph.withNumber('Div', at, right - left), top);
      const xAt = graph.withNumber('Add', graph.withNumber('Mod', at, right - left), left);
      places.push(graph.node('Add', [graph.withNumber('Mul', y, width), xAt]));
    }
  const shape = [0, 0, ...bins];
  return {
    out: graph.reshape(graph.concat(values, 2), shape),
    mask: graph.cast(graph.reshape(graph.concat(places, 2), shape), 'int32'),
  };
}

/** Pooling. */
export const POOLING = {
  pool2d: {
    inputs: { x: 'X', kernel_size: [] },
    outputs: { out: 'Out' },
    attributes: { kernel_size: 'ksize' },
    convert: (op, graph) =>
      inChannelsFirst(op, graph, op.input('x'), (x) => pool(op, graph, x, kindOf(op), 2)),
  },
  pool3d: {
    inputs: { x: 'X' },
    outputs: { out: 'Out' },
    attributes: { kernel_size: 'ksize' },
    convert: (op, graph) =>
      inChannelsFirst(op, graph, op.input('x'), (x) => pool(op, graph, x, kindOf(op), 3)),
  },
  max_pool2d_with_index: {
    inputs: { x: 'X' },
    outputs: { out: 'Out', mask: 'Mask' },
    attributes: { kernel_size: 'ksize' },
    convert: (op, graph) => maxPoolWithIndex(op, graph, 2),
  },
  /** Puts every value where its index (within the plane) says, zeros elsewhere. */
  unpool: {
    inputs: { x: 'X', indices: 'Indices', output_size: [] },
    outputs: { out: 'Out' },
    attributes: { padding: 'paddings' },
    convert: (op, graph) => {
      const x = op.input('x');
      const size = op.sizes('output_size');
      if (!size) throw op.fail('an output size', 'none');
      const outer = graph.node('Slice', [graph.shape(x), graph.ints([0]), graph.ints([2]), graph.ints([0])]);
      const area = graph.node('ReduceProd', [size, graph.ints([0])], { keepdims: 1 }, { dims: [1] });
      const planes = graph.node('ReduceProd', [outer, graph.ints([0])], { keepdims: 1 }, { dims: [1] });
      const flat = (value: GraphValue): GraphValue => graph.reshape(value, [-1]);
      const inPlane = graph.reshape(
        graph.cast(op.input('indices'), 'int64'),
        graph.concat([planes, graph.ints([-1])], 0),
      );
      const offsets = graph.node('Mul', [graph.unsqueeze(rangeTo(graph, planes), [1]), area]);
      const zeros = graph.node(
        'Expand',
        [graph.scalar(0, x.type), graph.node('Mul', [planes, area])],
        {},
        { dims: [-1] },
      );
      const filled = graph.node(
        'ScatterElements',
        [zeros, flat(graph.node('Add', [inPlane, offsets])), flat(x)],
        { axis: 0 },
      );
      return graph.reshape(filled, graph.concat([outer, size], 0));
    },
  },
} satisfies OperatorTable;

function kindOf(op: OperatorCall): Kind {
  const kind = op.string('pooling_type', 'max');
  if (kind !== 'avg' && kind !== 'max') throw op.fail('pooling_type avg or max', kind);
  return kind;
}
