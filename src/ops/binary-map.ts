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
    const start = y * width;
    const up = y > 0 ? width : 0; // above the first row lies the row itself
    let left = 0;
    for (let i = start; i < start + width; i++) {
      const column = map[i]! | map[i - up]!;
      dilated[i] = left | column;
      left = column;
    }
  }
  return dilated;
}
