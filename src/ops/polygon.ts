/** Corners of a polygon as x, y pairs. */
export type FlatPoints = Float32Array | Float64Array | Int32Array;

/** Area of a closed polygon (`cv2.contourArea`), in square pixels, without sign. */
export function polygonArea(points: FlatPoints): number {
  let doubled = 0;
  let x0 = points[points.length - 2] ?? 0;
  let y0 = points[points.length - 1] ?? 0;
  for (let i = 0; i < points.length; i += 2) {
    const x1 = points[i]!;
    const y1 = points[i + 1]!;
    doubled += x0 * y1 - y0 * x1;
    x0 = x1;
    y0 = y1;
  }
  return Math.abs(doubled) / 2;
}

/** Length of a closed polygon's border (`cv2.arcLength`), each side in float32 as OpenCV has it. */
export function polygonLength(points: FlatPoints): number {
  let length = 0;
  let x0 = points[points.length - 2] ?? 0;
  let y0 = points[points.length - 1] ?? 0;
  for (let i = 0; i < points.length; i += 2) {
    const dx = Math.fround(points[i]! - x0);
    const dy = Math.fround(points[i + 1]! - y0);
    length += Math.fround(Math.sqrt(Math.fround(Math.fround(dx * dx) + Math.fround(dy * dy))));
    x0 = points[i]!;
    y0 = points[i + 1]!;
  }
  return length;
}
