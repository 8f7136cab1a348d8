import type { MapSize } from './label-map.js';
import { resize } from './resize/opencv.js';

/**
 * The class with the highest score at each pixel after the scores, class by class, were resized to `size` by
 * INTER_LINEAR; of equal ones the first. One class is held at a time.
 * @param scores [classes, map.height, map.width]
 * @param used the upper left part of the map that is resized
 */
export function argmaxResized(
  scores: Float32Array,
  classes: number,
  map: MapSize,
  used: MapSize,
  size: MapSize,
): Uint8Array | Uint16Array {
  const pixels = size.width * size.height;
  const labels = classes > 256 ? new Uint16Array(pixels) : new Uint8Array(pixels);
  let best: Float32Array = new Float32Array(0);
  for (let c = 0; c < classes; c++) {
    const plane = scores.subarray(c * map.width * map.height, (c + 1) * map.width * map.height);
    const part = { data: cut(plane, map, used), ...used, channels: 1 };
    const { data } = resize(part, size.width, size.height, 'linear');
    if (c === 0) {
      best = data === plane ? data.slice() : data;
      continue;
    }
    for (let i = 0; i < pixels; i++) {
      if (data[i]! > best[i]!) {
        best[i] = data[i]!;
        labels[i] = c;
      }
    }
  }
  return labels;
}

/** The upper left part of a plane, in memory of its own only where it is not the whole. */
function cut(plane: Float32Array, map: MapSize, used: MapSize): Float32Array {
  if (used.width === map.width && used.height === map.height) return plane;
  const part = new Float32Array(used.width * used.height);
  for (let y = 0; y < used.height; y++) {
    part.set(plane.subarray(y * map.width, y * map.width + used.width), y * used.width);
  }
  return part;
}
