import type { FlatPoints } from './polygon.js';

/** A binary picture, one byte a pixel. */
export interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** OpenCV holds x in 1/65536 of a pixel between the lines. */
const ONE = 65_536;

interface Segment {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

const outside = (value: number, last: number, low: number, high: number): number =>
  value < 0 ? low : value > last ? high : 0;

/**
 * Cuts a segment to the mask as OpenCV's `clipLine` does, in whole numbers. Its ends are moved even where it
 * turns out to lie outside.
 * @returns whether a part of it lies inside
 */
function clipSegment(mask: Mask, s: Segment): boolean {
  const right = mask.width - 1;
  const bottom = mask.height - 1;
  let c0 = outside(s.x0, right, 1, 2) + outside(s.y0, bottom, 4, 8);
  let c1 = outside(s.x1, right, 1, 2) + outside(s.y1, bottom, 4, 8);
  if ((c0 & c1) !== 0 || (c0 | c1) === 0) return (c0 | c1) === 0;
  if ((c0 & 12) !== 0) {
    const y = c0 < 8 ? 0 : bottom;
    s.x0 += Math.trunc(((y - s.y0) * (s.x1 - s.x0)) / (s.y1 - s.y0));
    s.y0 = y;
    c0 = outside(s.x0, right, 1, 2);
  }
  if ((c1 & 12) !== 0) {
    const y = c1 < 8 ? 0 : bottom;
    s.x1 += Math.trunc(((y - s.y1) * (s.x1 - s.x0)) / (s.y1 - s.y0));
    s.y1 = y;
    c1 = outside(s.x1, right, 1, 2);
  }
  if ((c0 & c1) !== 0 || (c0 | c1) === 0) return (c0 | c1) === 0;
  if (c0 !== 0) {
    const x = c0 === 1 ? 0 : right;
    s.y0 += Math.trunc(((x - s.x0) * (s.y1 - s.y0)) / (s.x1 - s.x0));
    s.x0 = x;
  }
  if (c1 !== 0) {
    const x = c1 === 1 ? 0 : right;
    s.y1 += Math.trunc(((x - s.x1) * (s.y1 - s.y0)) / (s.x1 - s.x0));
    s.x1 = x;
  }
  return true;
}

/** Bresenham's line from the left end to the right one, as OpenCV steps it. */
function drawLine(mask: Mask, segment: Segment): void {
  const s = { ...segment };
  if (!clipSegment(mask, s)) return;
  const forward = s.x1 >= s.x0;
  let x = forward ? s.x0 : s.x1;
  let y = forward ? s.y0 : s.y1;
  const dx = Math.abs(s.x1 - s.x0);
  const dy = Math.abs(s.y1 - s.y0);
  const down = (forward ? s.y1 - s.y0 : s.y0 - s.y1) >= 0 ? 1 : -1;
  const steep = dy > dx;
  const major = steep ? dy : dx;
  const minor = steep ? dx : dy;
  let error = major - 2 * minor;
  for (let i = 0; i <= major; i++) {
    mask.data[y * mask.width + x] = 1;
    const aside = error < 0;
    error += aside ? 2 * major - 2 * minor : -2 * minor;
    if (steep) {
      y += down;
      if (aside) x++;
    } else {
      x++;
      if (aside) y += down;
    }
  }
}

/** One side of a polygon: from line `top` (included) to `bottom` (not), its x at `top` and its step a line. */
interface Edge {
  top: number;
  bottom: number;
  x: number;
  step: number;
}

function polygonEdges(mask: Mask, points: Int32Array): Edge[] {
  const edges: Edge[] = [];
  const count = points.length / 2;
  for (let i = 0, j = count - 1; i < count; j = i++) {
    const whole = { x0: points[2 * j]!, y0: points[2 * j + 1]!, x1: points[2 * i]!, y1: points[2 * i + 1]! };
    drawLine(mask, whole);
    if (whole.y0 === whole.y1) continue;
    const inside =
      Math.min(whole.x0, whole.x1, whole.y0, whole.y1) >= 0 &&
      Math.max(whole.x0, whole.x1) < mask.width &&
      Math.max(whole.y0, whole.y1) < mask.height;
    // OpenCV rounds x of a side that lies inside and cuts the fraction of the others.
    const half = inside ? ONE / 2 : 0;
    let side = whole;
    if (!inside) {
      const clipped = { ...whole };
      clipSegment(mask, clipped);
      if (clipped.y0 !== clipped.y1) side = clipped;
    }
    const step = Math.trunc(((side.x1 - side.x0) * ONE) / (side.y1 - side.y0));
    const falls = whole.y0 < whole.y1;
    const start = falls
      ? side.x0 * ONE + (whole.y0 - side.y0) * step
      : side.x1 * ONE + (whole.y1 - side.y1) * step;
    edges.push({
      top: falls ? whole.y0 : whole.y1,
      bottom: falls ? whole.y1 : whole.y0,
      x: start + half,
      step,
    });
  }
  return edges;
}

/** Fills between the first and second edge of each line, the third and fourth, and so on. */
function fillBetween(mask: Mask, edges: readonly Edge[]): void {
  let top = Infinity;
  let bottom = -Infinity;
  for (const edge of edges) {
    top = Math.min(top, edge.top);
    bottom = Math.max(bottom, edge.bottom);
  }
  const crossings: number[] = [];
  for (let y = Math.max(top, 0); y < Math.min(bottom, mask.height); y++) {
    crossings.length = 0;
    for (const edge of edges) {
      if (edge.top <= y && y < edge.bottom) crossings.push(edge.x + (y - edge.top) * edge.step);
    }
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.floor(crossings[i]! / ONE));
      const to = Math.min(mask.width - 1, Math.floor(crossings[i + 1]! / ONE));
      if (from <= to) mask.data.fill(1, y * mask.width + from, y * mask.width + to + 1);
    }
  }
}

/**
 * Fills a polygon and its border with 1: `cv2.fillPoly` of one polygon, 8-connected, to the pixel.
 * @param points corners as x, y pairs; they may lie outside of the mask
 */
export function fillPoly(mask: Mask, points: FlatPoints): void {
  const whole = points instanceof Int32Array ? points : Int32Array.from(points);
  if (mask.width === 0 || mask.height === 0 || whole.length === 0) return;
  const edges = polygonEdges(mask, whole);
  if (edges.length >= 2) fillBetween(mask, edges);
}
