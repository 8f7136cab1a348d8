/**
 * A mask's probabilities, made for a box, laid over the box in the picture: a picture's pixel takes the bilinear
 * value at its place in the box, outside of the mask being 0 (grid_sample with align_corners off, as PaddleDetection
 * pastes), and is inside from `threshold` on.
 * @param box x0, y0, x1, y1 in pixels of the picture; may reach over its edges
 * @returns 0 and 1, row by row at the picture's size
 */
export function pasteMask(
  mask: { readonly data: Float32Array; readonly width: number; readonly height: number },
  box: readonly [number, number, number, number],
  size: { readonly width: number; readonly height: number },
  threshold: number,
): Uint8Array {
  const { data, width, height } = mask;
  const [x0, y0, x1, y1] = box;
  const target = new Uint8Array(size.width * size.height);
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]!;
  // a mask's pixels reach half a pixel over the box before they are 0
  const reachX = (x1 - x0) / width / 2;
  const reachY = (y1 - y0) / height / 2;
  const left = Math.max(0, Math.floor(x0 - reachX - 1));
  const top = Math.max(0, Math.floor(y0 - reachY - 1));
  const right = Math.min(size.width, Math.ceil(x1 + reachX + 1));
  const bottom = Math.min(size.height, Math.ceil(y1 + reachY + 1));
  for (let y = top; y < bottom; y++) {
    const v = ((y + 0.5 - y0) / (y1 - y0)) * height - 0.5;
    const row = Math.floor(v);
    const fy = v - row;
    for (let x = left; x < right; x++) {
      const u = ((x + 0.5 - x0) / (x1 - x0)) * width - 0.5;
      const column = Math.floor(u);
      const fx = u - column;
      const value =
        (at(column, row) * (1 - fx) + at(column + 1, row) * fx) * (1 - fy) +
        (at(column, row + 1) * (1 - fx) + at(column + 1, row + 1) * fx) * fy;
      if (value >= threshold) target[y * size.width + x] = 1;
    }
  }
  return target;
}
