import { fillPoly } from './fill-poly.js';
import type { FlatPoints } from './polygon.js';

/** A map of scores, `height` rows of `width`. */
export interface ScoreMap {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

const clamp = (value: number, last: number): number => Math.max(0, Math.min(value, last));

/**
 * Mean score inside a polygon. With the box before unclipping this is DB's `fast` box score, with the contour
 * itself its `slow` one (PaddleOCR's `box_score_fast` and `box_score_slow`).
 * @param points corners as x, y pairs in the map
 */
export function polygonScore(map: ScoreMap, points: FlatPoints): number {
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  const x0 = clamp(Math.floor(left), map.width - 1);
  const x1 = clamp(Math.ceil(right), map.width - 1);
  const y0 = clamp(Math.floor(top), map.height - 1);
  const y1 = clamp(Math.ceil(bottom), map.height - 1);
  const width = x1 - x0 + 1;
  const height = y1 - y0 + 1;
  const mask = { data: new Uint8Array(width * height), width, height };
  const moved = new Int32Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    moved[i] = Math.trunc(points[i]! - x0);
    moved[i + 1] = Math.trunc(points[i + 1]! - y0);
  }
  fillPoly(mask, moved);
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const row = (y0 + y) * map.width + x0;
    for (let x = 0; x < width; x++) {
      if (mask.data[y * width + x] === 0) continue;
      sum += map.data[row + x]!;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
