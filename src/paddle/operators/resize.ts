import { float } from '../graph/nodes.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { Attributes } from '../graph/nodes.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { inChannelsFirst } from './convolution.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';

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
function resize(op: OperatorCall, graph: GraphBuilder, x: GraphValue, mode: Mode, axes: number): GraphValue {
  const outer = [x.dims?.[0] ?? -1, x.dims?.[1] ?? -1];
  const attributes: Attributes = {
    mode,
    ...coordinates(op, mode),
    ...(mode === 'cubic' && { cubic_coeff_a: float(-0.75) }),
  };
  const sizes = op.sizes('size_tensor') ?? op.sizes('out_size');
  const run = (factors: GraphValue | undefined, wanted: GraphValue | undefined): GraphValue => {
    const known = op.declared('output')?.dims?.slice(2) ?? new Array<number>(axes).fill(-1);
    return graph.node('Resize', [x, undefined, factors, wanted], attributes, { dims: [...outer, ...known] });
  };
  const withOuter = (spatial: GraphValue): GraphValue => {
    const front = graph.node('Slice', [graph.shape(x), graph.ints([0]), graph.ints([2]), graph.ints([0])]);
    return graph.concat([front, spatial], 0);
  };
  if (sizes) return run(undefined, withOuter(sizes));

  const factors = op.optional('scale_tensor');
  const known = (op.numbers('scale_tensor') ?? op.numbers('scale') ?? []).filter((factor) => factor > 0);
  if (factors && !op.numbers('scale_tensor')) {
    const given = graph.reshape(graph.cast(factors, 'float32'), [-1]);
    const each = factors.dims?.[0] === axes ? given : graph.node('Expand', [given, graph.ints([axes])]);
    return run(graph.concat([graph.constant('float32', [2], [1]), each], 0), undefined);
  }
  if (known.length) {
    const each = known.length === axes ? known : new Array<number>(axes).fill(known[0]!);
    return run(graph.constant('float32', [axes + 2], [1, 1, ...each.map(justAbove)]), undefined);
  }
  const names = ['out_d', 'out_h', 'out_w'].slice(3 - axes);
  const fixed = names.map((name) => op.int(name, -1));
  if (fixed.some((size) => size < 1))
    throw op.fail('sizes or factors of the result', `[${fixed.join(', ')}]`);
  return run(undefined, withOuter(graph.ints(fixed)));
}

/** Sizes are floor(size x factor): a factor that float32 rounds down a little must not lose a pixel. */
const justAbove = (factor: number): number => Math.fround(factor);

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
