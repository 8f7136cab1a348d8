import type { GraphBuilder } from '../graph/builder.js';
import { rangeTo } from '../graph/compositions.js';
import { constantValues } from '../graph/values.js';
import type { GraphValue } from '../graph/values.js';

/** How large the result is: sizes of its spatial axes, or factors of the operand's. 1-D values. */
export type Target = { readonly sizes: GraphValue } | { readonly factors: GraphValue };

/** The axes of a channels-first picture. */
const AXES = [2, 3];
/** Factors are held against onnxruntime's arithmetic up to this size where the size is known at run time only. */
const LARGEST_SIDE = 1 << 14;

const { fround } = Math;

/** The arithmetic of one axis: how many pixels the result has, and the two numbers that places are worked out with. */
interface AxisSteps {
  readonly count: number;
  /** Paddle takes pixel int(step x place). */
  readonly step: number;
  /** onnxruntime takes pixel floor(place / scale). */
  readonly scale: number;
}

const placesOf = ({ count, step }: AxisSteps): number[] =>
  Array.from({ length: count }, (_, place) => Math.trunc(fround(step * place)));

const takeTheSame = (steps: AxisSteps): boolean =>
  placesOf(steps).every((taken, place) => taken === Math.floor(fround(place / steps.scale)));

/**
 * A resize to nearest neighbours, without aligned corners. Paddle multiplies a place by a float32 step (size / size or
 * 1 / factor, `interpolate_kernel.cc`), onnxruntime divides it by a float32 scale (`upsamplebase.h`); where the quotient
 * is whole, one of them may come out below it and take the pixel before. So Resize stands only where both take the same
 * pixels; else each axis is gathered from Paddle's places.
 * @param resize writes the Resize
 * @param dims what is known of the result
 */
export function nearest(
  graph: GraphBuilder,
  x: GraphValue,
  target: Target,
  resize: () => GraphValue,
  dims: readonly number[],
): GraphValue {
  const steps = AXES.map((axis, at) => knownSteps(x.dims?.[axis] ?? -1, target, at));
  if (steps.every((known) => known !== undefined && takeTheSame(known))) return resize();
  const gathered = (): GraphValue =>
    AXES.reduce((value, axis, at) => {
      const known = steps[at];
      const places =
        known && x.dims![axis]! > 0
          ? graph.ints(placesOf(known))
          : computedPlaces(graph, x, target, axis, at);
      return graph.node('Gather', [value, places], { axis }, axis === 3 ? { dims } : {});
    }, x);
  if ('factors' in target || steps.every((known) => known !== undefined)) return gathered();
  const then_branch = graph.subgraph([], () => [resize()]);
  const else_branch = graph.subgraph([], () => [gathered()]);
  const known = [{ type: x.type, dims }];
  return graph.multi('If', [doubles(graph, x, target.sizes)], { then_branch, else_branch }, known)[0]!;
}

/** Steps that are known while the graph is built; with a factor alone, those of any size. */
function knownSteps(size: number, target: Target, at: number): AxisSteps | undefined {
  const value = 'sizes' in target ? target.sizes : target.factors;
  const given = value.constant && Number(constantValues(value.constant)[at]);
  if (given === undefined) return undefined;
  if ('factors' in target) {
    const count = size > 0 ? Math.floor(fround(size * given)) : LARGEST_SIDE;
    return { count, step: fround(1 / given), scale: given };
  }
  return size > 0 ? { count: given, step: fround(size / given), scale: fround(given / size) } : undefined;
}

/** Paddle's places, at run time. */
function computedPlaces(
  graph: GraphBuilder,
  x: GraphValue,
  target: Target,
  axis: number,
  at: number,
): GraphValue {
  const size = graph.cast(graph.size(x, axis), 'float32');
  const one = (value: GraphValue): GraphValue => graph.cast(graph.slice(value, 0, at, at + 1), 'float32');
  const given = one('sizes' in target ? target.sizes : target.factors);
  const byFactor = 'factors' in target;
  const count = byFactor ? graph.node('Floor', [graph.node('Mul', [size, given])]) : given;
  // onnxruntime would turn (1 / factor) x place into place / factor, which rounds otherwise: 2 / (2 factor) it leaves.
  const two = graph.constant('float32', [1], [2]);
  const step = graph.node('Div', byFactor ? [two, graph.node('Mul', [given, two])] : [size, given]);
  const numbers = graph.cast(rangeTo(graph, graph.cast(count, 'int64')), 'float32');
  return graph.cast(graph.node('Floor', [graph.node('Mul', [numbers, step])]), 'int64');
}

/**
 * Whether every axis becomes twice as long, or one pixel less (what a convolution of stride 2 has halved): then both
 * take the same pixels (of up to 2,094: feature maps are smaller).
 */
function doubles(graph: GraphBuilder, x: GraphValue, sizes: GraphValue): GraphValue {
  const own = graph.concat(
    AXES.map((axis) => graph.size(x, axis)),
    0,
  );
  const missing = graph.node('Sub', [graph.withNumber('Mul', own, 2), sizes]);
  const [least, most] = ['ReduceMin', 'ReduceMax'].map((reduce) =>
    graph.node(reduce, [missing], { keepdims: 0 }, { dims: [] }),
  ) as [GraphValue, GraphValue];
  const inside = [
    graph.node('GreaterOrEqual', [least, graph.scalar(0, 'int64')]),
    graph.node('LessOrEqual', [most, graph.scalar(1, 'int64')]),
  ];
  return graph.node('And', inside);
}
