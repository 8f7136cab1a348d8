const CHANNELS = 3;

/**
 * Points of a picture in a grid that spans another picture from corner pixel to corner pixel. x and y run from -1 to 1, which
 * are the middles of the picture's corner pixels.
 */
export interface SamplingGrid {
  readonly rows: number;
  readonly columns: number;
  readonly points: Float32Array;
  /** From the x of one point to that of the next. */
  readonly step: number;
  /** From the x of a point to its y. */
  readonly toY: number;
}

/**
 * Samples a picture of three interleaved channels at the points of a grid: bilinear between the grid's points and between the
 * pixels, black outside (`grid_sample` with aligned corners and zeros).
 * @param out receives a picture of the same size
 */
export function samplePicture(
  data: Uint8Array,
  width: number,
  height: number,
  grid: SamplingGrid,
  out: Uint8Array,
): void {
  const { rows, columns } = grid;
  const line = { x: new Float64Array(columns + 1), y: new Float64Array(columns + 1) };
  const stepX = (columns - 1) / Math.max(1, width - 1);
  const stepY = (rows - 1) / Math.max(1, height - 1);
  let to = 0;
  for (let row = 0; row < height; row++) {
    pointsOfRow(grid, row * stepY, width, height, line);
    for (let column = 0; column < width; column++, to += CHANNELS) {
      const at = column * stepX;
      const left = Math.floor(at);
      const part = at - left;
      const x = line.x[left]! + part * (line.x[left + 1]! - line.x[left]!);
      const y = line.y[left]! + part * (line.y[left + 1]! - line.y[left]!);
      samplePixel(data, width, height, x, y, out, to);
    }
  }
}

/** The points of a row between two rows of the grid, in pixels; the last one stands twice. */
function pointsOfRow(
  { rows, columns, points, step, toY }: SamplingGrid,
  at: number,
  width: number,
  height: number,
  line: { readonly x: Float64Array; readonly y: Float64Array },
): void {
  const top = Math.min(rows - 1, Math.floor(at));
  const bottom = Math.min(rows - 1, top + 1);
  const part = at - top;
  for (let i = 0; i <= columns; i++) {
    const column = Math.min(i, columns - 1);
    const [a, b] = [(top * columns + column) * step, (bottom * columns + column) * step];
    const x = points[a]! + part * (points[b]! - points[a]!);
    const y = points[a + toY]! + part * (points[b + toY]! - points[a + toY]!);
    line.x[i] = ((x + 1) / 2) * (width - 1);
    line.y[i] = ((y + 1) / 2) * (height - 1);
  }
}

function samplePixel(
  data: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  out: Uint8Array,
  to: number,
): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = x - left;
  const below = y - top;
  const inLeft = left >= 0 && left < width;
  const inRight = left >= -1 && left < width - 1;
  const inTop = top >= 0 && top < height;
  const inBottom = top >= -1 && top < height - 1;
  const a = inLeft && inTop ? (1 - right) * (1 - below) : 0;
  const b = inRight && inTop ? right * (1 - below) : 0;
  const c = inLeft && inBottom ? (1 - right) * below : 0;
  const d = inRight && inBottom ? right * below : 0;
  const from = (top * width + left) * CHANNELS;
  const next = from + width * CHANNELS;
  for (let channel = 0; channel < CHANNELS; channel++) {
    let value = 0.5;
    if (a > 0) value += a * data[from + channel]!;
    if (b > 0) value += b * data[from + CHANNELS + channel]!;
    if (c > 0) value += c * data[next + channel]!;
    if (d > 0) value += d * data[next + CHANNELS + channel]!;
    out[to + channel] = value;
  }
}

/**
 * Where a point of the sampled picture comes from.
 * @returns pixels of the picture of `width` x `height` that was sampled, inside of it
 */
export function sourcePoint(
  { rows, columns, points, step, toY }: SamplingGrid,
  width: number,
  height: number,
  [x, y]: readonly [number, number],
): [x: number, y: number] {
  const across = (inside(x, width) / Math.max(1, width - 1)) * (columns - 1);
  const down = (inside(y, height) / Math.max(1, height - 1)) * (rows - 1);
  const [left, top] = [Math.floor(across), Math.floor(down)];
  const value = (offset: number): number => {
    const at = (row: number, column: number): number =>
      points[(Math.min(row, rows - 1) * columns + Math.min(column, columns - 1)) * step + offset]!;
    const between = (row: number): number =>
      at(row, left) + (across - left) * (at(row, left + 1) - at(row, left));
    return between(top) + (down - top) * (between(top + 1) - between(top));
  };
  return [
    inside(((value(0) + 1) / 2) * (width - 1), width),
    inside(((value(toY) + 1) / 2) * (height - 1), height),
  ];
}

const inside = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
