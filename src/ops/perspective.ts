/** A 3 x 3 matrix, row by row. */
export type Matrix3 = Float64Array;

/** Solves `rows * x = values` with partial pivoting; both are overwritten. */
function solve(rows: Float64Array[], values: Float64Array): Float64Array {
  const n = values.length;
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let j = i + 1; j < n; j++) if (Math.abs(rows[j]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = j;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    [values[i], values[pivot]] = [values[pivot]!, values[i]!];
    const row = rows[i]!;
    const factor = -1 / row[i]!;
    for (let j = i + 1; j < n; j++) {
      const other = rows[j]!;
      const alpha = other[i]! * factor;
      for (let k = i + 1; k < n; k++) other[k] = other[k]! + alpha * row[k]!;
      values[j] = values[j]! + alpha * values[i]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = values[i]!;
    for (let k = i + 1; k < n; k++) sum -= rows[i]![k]! * values[k]!;
    values[i] = sum / rows[i]![i]!;
  }
  return values;
}

/**
 * The matrix that takes the four corners `from` to `to` (`cv2.getPerspectiveTransform`).
 * @param from four corners as x, y pairs, no three on one line
 */
export function perspectiveTransform(from: Float32Array, to: Float32Array): Matrix3 {
  const rows: Float64Array[] = [];
  const values = new Float64Array(8);
  for (let axis = 0; axis < 2; axis++) {
    for (let i = 0; i < 4; i++) {
      const x = from[2 * i]!;
      const y = from[2 * i + 1]!;
      const target = to[2 * i + axis]!;
      const row = new Float64Array(8);
      row.set([x, y, 1], 3 * axis);
      row[6] = Math.fround(-x * target);
      row[7] = Math.fround(-y * target);
      rows.push(row);
      values[4 * axis + i] = target;
    }
  }
  const matrix = new Float64Array(9);
  matrix.set(solve(rows, values));
  matrix[8] = 1;
  return matrix;
}

/** The inverse by cofactors. */
export function invertMatrix3(m: Matrix3): Matrix3 {
  const [a, b, c, d, e, f, g, h, i] = m as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const scale = 1 / (a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g));
  return Float64Array.of(
    (e * i - f * h) * scale,
    (c * h - b * i) * scale,
    (b * f - c * e) * scale,
    (f * g - d * i) * scale,
    (a * i - c * g) * scale,
    (c * d - a * f) * scale,
    (d * h - e * g) * scale,
    (b * g - a * h) * scale,
    (a * e - b * d) * scale,
  );
}
