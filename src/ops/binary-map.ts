/**
 * A map of 0 and 1: where `map` is above `threshold`. The comparison is numpy's between float32 and a Python
 * float: the threshold is taken as float32.
 * @returns one byte an element
 */
export function binarise(map: Float32Array, threshold: number): Uint8Array {
  const limit = Math.fround(threshold);
  const binary = new Uint8Array(map.length);
  for (let i = 0; i < map.length; i++) binary[i] = map[i]! > limit ? 1 : 0;
  return binary;
}

/**
 * `cv2.dilate` with a 2 x 2 kernel and its default anchor: an element takes the largest of itself and its left,
 * upper and upper left neighbours.
 * @param map `height` rows of `width` bytes
 */
export function dilate2x2(map: Uint8Array, width: number, height: number): Uint8Array {
  const dilated = new Uint8Array(map.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width; x < width; x++, i++) {
      let value = map[i]!;
      if (x > 0) value = Math.max(value, map[i - 1]!);
      if (y > 0) value = Math.max(value, map[i - width]!);
      if (x > 0 && y > 0) value = Math.max(value, map[i - width - 1]!);
      dilated[i] = value;
    }
  }
  return dilated;
}
