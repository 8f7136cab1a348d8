import type { LabelArray } from './runs.js';

/** A part of a map, in its pixels, from the upper left corner. */
export interface MapSize {
  readonly width: number;
  readonly height: number;
}

/** Source index of each target pixel as `cv2.resize` with INTER_NEAREST picks it: floor(i * source / target). */
function nearestIndices(source: number, target: number): Int32Array {
  const indices = new Int32Array(target);
  // cv2 steps by 1 / (target / source), which is not always source / target to the last bit
  const step = 1 / (target / source);
  for (let i = 0; i < target; i++) indices[i] = Math.min(Math.floor(i * step), source - 1);
  return indices;
}

/**
 * The upper left `used` part of a label map, resized to `size` by nearest neighbour.
 * @param stride labels in a row of `labels`
 */
export function resizeLabels<Labels extends LabelArray>(
  labels: Labels,
  stride: number,
  used: MapSize,
  size: MapSize,
): Labels {
  const { width, height } = size;
  if (used.width === width && used.height === height && stride === width) {
    return labels.subarray(0, width * height) as Labels;
  }
  const columns = nearestIndices(used.width, width);
  const rows = nearestIndices(used.height, height);
  const target = new (labels.constructor as new (length: number) => Labels)(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = rows[y]! * stride;
    for (let x = 0; x < width; x++) target[at++] = labels[row + columns[x]!]!;
  }
  return target;
}

/**
 * The class with the highest score at each pixel; of equal ones the first.
 * @param scores [classes, pixels]
 */
export function argmaxPlanes(
  scores: Float32Array,
  classes: number,
  pixels: number,
): Uint8Array | Uint16Array {
  const labels = classes > 256 ? new Uint16Array(pixels) : new Uint8Array(pixels);
  const best = scores.slice(0, pixels);
  for (let c = 1; c < classes; c++) {
    const plane = scores.subarray(c * pixels, (c + 1) * pixels);
    for (let i = 0; i < pixels; i++) {
      if (plane[i]! > best[i]!) {
        best[i] = plane[i]!;
        labels[i] = c;
      }
    }
  }
  return labels;
}
