import { float } from '../graph/nodes.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Attributes } from '../graph/nodes.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { inChannelsFirst, isChannelsLast } from './convolution.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';
import { nearest } from './nearest.js';
import type { Target } from './nearest.js';

type Mode = 'nearest' | 'linear' | 'cubic';

/** How an output place maps to the input. `align_mode` 1 counts from the corner of a pixel, 0 from its middle. */
function coordinates(op: OperatorCall, mode: Mode): Attributes {
  const corners = op.bool('align_corners', true);
  if (mode === 'nearest')
    return corners
      ? { coordinate_transformation_mode: 'align_corners', nearest_mode: 'round_prefer_ceil' }
      : { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  if (corners) return { coordinate_transformation_mode: 'align_corners' };
  const fromCorner = mode === 'linear' && op.int('align_mode', 1) === 1;
  return { coordinate_transformation_mode: fromCorner ? 'asymmetric' : 'half_pixel' };
}

/** Tensors of sizes win over a tensor of factors, that over the factors of the attribute, those over its sizes. */
function targetOf(op: OperatorCall, graph: GraphBuilder, x: GraphValue, axes: number): Target {
  const sizes = op.sizes('size_tensor') ?? op.sizes('out_size');
  if (sizes) return { sizes };
  const factors = op.optional('scale_tensor');
  const byFactors = (each: GraphValue): Target =>
    isFirstVersion(op) ? { sizes: scaledSizes(graph, x, each, axes) } : { factors: each };
  if (factors && !factors.constant) {
    const given = graph.reshape(graph.cast(factors, 'float32'), [-1]);
    return byFactors(factors.dims?.[0] === axes ? given : graph.node('Expand', [given, graph.ints([axes])]));
  }
  const known = (op.numbers('scale_tensor') ?? op.numbers('scale') ?? []).filter((factor) => factor > 0);
  if (known.length) {
    const each = known.length === axes ? known : new Array<number>(axes).fill(known[0]!);
    return byFactors(graph.constant('float32', [axes], each));
  }
  const fixed = ['out_d', 'out_h', 'out_w'].slice(3 - axes).map((name) => op.int(name, -1));
  if (fixed.some((size) => size < 1))
    throw op.fail('sizes or factors of the result', `[${fixed.join(', ')}]`);
  return { sizes: graph.ints(fixed) };
}

/** The operators before the second version know factors as sizes only: places come from size / size. */
const isFirstVersion = (op: OperatorCall): boolean => op.isOldFormat && !op.foundAs.endsWith('_v2');

function scaledSizes(graph: GraphBuilder, x: GraphValue, factors: GraphValue, axes: number): GraphValue {
  const own = graph.concat(
    Array.from({ length: axes }, (_, at) => graph.size(x, at + 2)),
    0,
  );
  const scaled = graph.node('Mul', [graph.cast(own, 'float32'), factors]);
  return graph.cast(scaled, 'int64'); // cut, as Paddle cuts it
}

/** With factors, Paddle and ONNX Runtime both make floor(size x factor) pixels, in float32: 10 x 0.7 are 7. */
function resize(op: OperatorCall, graph: GraphBuilder, x: GraphValue, mode: Mode, axes: number): GraphValue {
  const target = targetOf(op, graph, x, axes);
  const attributes: Attributes = {
    mode,
    ...coordinates(op, mode),
    ...(mode === 'cubic' && { cubic_coeff_a: float(-0.75) }),
  };
  const dims = [x.dims?.[0] ?? -1, x.dims?.[1] ?? -1, ...declaredSizes(op, axes)];
  const run = (): GraphValue => {
    const outer = (): GraphValue =>
      graph.node('Slice', [graph.shape(x), graph.ints([0]), graph.ints([2]), graph.ints([0])]);
    const how =
      'factors' in target
        ? [graph.concat([graph.constant('float32', [2], [1]), target.factors], 0)]
        : [undefined, graph.concat([outer(), target.sizes], 0)];
    return graph.node('Resize', [x, undefined, ...how], attributes, { dims });
  };
  return mode === 'nearest' && !op.bool('align_corners', true) ? nearest(graph, x, target, run, dims) : run();
}

/** What the program says of the result's spatial axes, wherever its channels are. */
function declaredSizes(op: OperatorCall, axes: number): readonly number[] {
  const first = isChannelsLast(op) ? 1 : 2;
  return op.declared('output')?.dims?.slice(first, first + axes) ?? new Array<number>(axes).fill(-1);
}

const interpolation = (mode: Mode, axes: number, old: readonly string[]): OperatorDefinition => ({
  inputs: { x: 'X', out_size: 'OutSize', size_tensor: 'SizeTensor', scale_tensor: 'Scale' },
  outputs: { output: 'Out' },
  attributes: { data_format: 'data_layout' },
  old,
  convert: (op, graph) => inChannelsFirst(op, graph, op.input('x'), (x) => resize(op, graph, x, mode, axes)),
});

/** Resampling of feature maps. */
export const RESIZE = {
  nearest_interp: interpolation('nearest', 2, ['nearest_interp_v2', 'nearest_interp']),
  bilinear_interp: interpolation('linear', 2, ['bilinear_interp_v2', 'bilinear_interp']),
  bicubic_interp: interpolation('cubic', 2, ['bicubic_interp_v2', 'bicubic_interp']),
  linear_interp: interpolation('linear', 1, ['linear_interp_v2', 'linear_interp']),
  trilinear_interp: interpolation('linear', 3, ['trilinear_interp_v2', 'trilinear_interp']),
} satisfies OperatorTable;
