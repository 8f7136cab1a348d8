/** Shape arithmetic on dimensions where -1 is a free one and undefined a rank that is not known. */
export type Dims = readonly number[] | undefined;

/** The shape of an elementwise result (numpy's broadcasting). */
export function broadcastDims(all: readonly Dims[]): Dims {
  const known = all.filter((dims) => dims !== undefined);
  if (known.length < all.length) return undefined;
  const rank = Math.max(0, ...known.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const here = known.map((dims) => dims[dims.length - rank + axis] ?? 1);
    return here.find((dim) => dim > 1) ?? (here.includes(-1) ? -1 : (here.find((dim) => dim === 0) ?? 1));
  });
}

/** An axis counted from the front. */
export const fromFront = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const squeezedDims = (dims: readonly number[], axes: readonly number[]): number[] => {
  const gone = new Set(axes.map((axis) => fromFront(axis, dims.length)));
  return dims.filter((_, axis) => !gone.has(axis));
};

/** @param axes positions in the result */
export function unsqueezedDims(dims: readonly number[], axes: readonly number[]): number[] {
  const rank = dims.length + axes.length;
  const result = [...dims];
  for (const axis of axes.map((a) => fromFront(a, rank)).sort((a, b) => a - b)) result.splice(axis, 0, 1);
  return result;
}

export const reducedDims = (dims: readonly number[], axes: readonly number[], keep: boolean): number[] => {
  const gone = new Set(axes.map((axis) => fromFront(axis, dims.length)));
  return keep
    ? dims.map((dim, axis) => (gone.has(axis) ? 1 : dim))
    : dims.filter((_, axis) => !gone.has(axis));
};

/** What is known of a Reshape's result (0 copies, -1 is worked out). */
export function reshapedDims(dims: Dims, shape: readonly number[]): number[] {
  const copied = shape.map((dim, axis) => (dim === 0 ? (dims?.[axis] ?? -1) : dim));
  const size = dims && !dims.some((dim) => dim < 0) ? dims.reduce((a, b) => a * b, 1) : -1;
  const rest = copied.filter((dim) => dim !== -1).reduce((a, b) => a * b, 1);
  if (copied.filter((dim) => dim === -1).length !== 1 || size < 0 || rest === 0) return copied;
  return copied.map((dim) => (dim === -1 ? size / rest : dim));
}

export function concatenatedDims(all: readonly Dims[], axis: number): Dims {
  const first = all[0];
  if (!first || all.some((dims) => dims?.length !== first.length)) return undefined;
  const at = fromFront(axis, first.length);
  return first.map((dim, i) => {
    const here = all.map((dims) => dims![i]!);
    if (i !== at) return here.find((d) => d >= 0) ?? dim;
    return here.includes(-1) ? -1 : here.reduce((a, b) => a + b, 0);
  });
}

/** The more precise of two accounts of one shape; `own` where they contradict each other in rank. */
export function mergedDims(own: Dims, declared: Dims): Dims {
  if (!own || !declared) return own ?? declared;
  if (own.length !== declared.length) return own;
  return own.map((dim, axis) => (dim === -1 ? declared[axis]! : dim));
}
