/** Contours of a binary map; contour `i` is `points.subarray(2 * offsets[i], 2 * offsets[i + 1])`: x, y, x, y ... */
export interface Contours {
  readonly count: number;
  readonly points: Int32Array;
  readonly offsets: Int32Array;
}

/** The points of one contour as x, y pairs (a view). */
export function contourPoints(contours: Contours, index: number): Int32Array {
  return contours.points.subarray(2 * contours.offsets[index]!, 2 * contours.offsets[index + 1]!);
}

/** Steps around a pixel: right first, then against the clock (y grows downwards). */
const STEP_X = [1, 1, 0, -1, -1, -1, 0, 1] as const;
const STEP_Y = [0, -1, -1, -1, 0, 1, 1, 1] as const;

const UNSEEN = 1;
/** Belongs to a border that has been followed. */
const SEEN = 2;
/** Belongs to one, and the pixel to its right is empty. */
const SEEN_RIGHT = -2;

/** What `findContours` writes on; used again, and grown where a map is larger. Never shared between clones. */
export class ContourScratch {
  marks = new Int8Array(0);
}

/** Points of the borders in the order they are found; grows by doubling. */
class BorderPoints {
  points = new Int32Array(1024);
  length = 0;
  starts: number[] = [];

  begin(): void {
    this.starts.push(this.length);
  }

  add(x: number, y: number): void {
    if (this.length + 2 > this.points.length) {
      const grown = new Int32Array(this.points.length * 2);
      grown.set(this.points);
      this.points = grown;
    }
    this.points[this.length++] = x;
    this.points[this.length++] = y;
  }

  /** cv2 hands out the border found last first. */
  reversed(): Contours {
    const count = this.starts.length;
    const points = new Int32Array(this.length);
    const offsets = new Int32Array(count + 1);
    for (let i = 0, at = 0; i < count; i++) {
      const source = count - 1 - i;
      const part = this.points.subarray(this.starts[source], this.starts[source + 1] ?? this.length);
      points.set(part, at);
      at += part.length;
      offsets[i + 1] = at / 2;
    }
    return { count, points, offsets };
  }
}

/** The map as signed marks, with an empty pixel all around. */
function paddedMarks(map: Uint8Array, width: number, height: number, scratch: ContourScratch): Int8Array {
  const stride = width + 2;
  const length = stride * (height + 2);
  if (scratch.marks.length < length) scratch.marks = new Int8Array(length);
  const marks = scratch.marks.subarray(0, length).fill(0);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    const to = (y + 1) * stride + 1;
    for (let x = 0; x < width; x++) if (map[from + x] !== 0) marks[to + x] = UNSEEN;
  }
  return marks;
}

/**
 * Follows one border from its first pixel, marks its pixels and writes the corners where its direction changes.
 * @param x column of that pixel in the unpadded map
 */
function followBorder(
  marks: Int8Array,
  deltas: Int32Array,
  start: number,
  x: number,
  y: number,
  isHole: boolean,
  out: BorderPoints,
): void {
  out.begin();
  const first = isHole ? 0 : 4;
  let direction = first;
  let before: number;
  do {
    direction = (direction - 1) & 7;
    before = start + deltas[direction]!;
  } while (marks[before] === 0 && direction !== first);
  if (direction === first) {
    marks[start] = SEEN_RIGHT;
    out.add(x, y);
    return;
  }
  let here = start;
  let drawn = direction ^ 4;
  for (;;) {
    const from = direction;
    let next: number;
    do next = here + deltas[++direction & 7]!;
    while (marks[next] === 0);
    direction &= 7;
    // The search passed the pixel to the right (direction 0) and found it empty.
    if (direction > 0 && direction <= from) marks[here] = SEEN_RIGHT;
    else if (marks[here] === UNSEEN) marks[here] = SEEN;
    if (direction !== drawn) {
      out.add(x, y);
      drawn = direction;
    }
    x += STEP_X[direction]!;
    y += STEP_Y[direction]!;
    if (next === start && here === before) return;
    here = next;
    direction = (direction + 4) & 7;
  }
}

/**
 * All borders of the areas that are not 0, outer ones and holes (Suzuki and Abe, 1985): `cv2.findContours` with
 * RETR_LIST and CHAIN_APPROX_SIMPLE, in cv2's order and with its starting points.
 * @param map `height` rows of `width` bytes
 */
export function findContours(
  map: Uint8Array,
  width: number,
  height: number,
  scratch = new ContourScratch(),
): Contours {
  const stride = width + 2;
  const marks = paddedMarks(map, width, height, scratch);
  const deltas = Int32Array.from(STEP_X, (dx, i) => dx + STEP_Y[i]! * stride);
  const found = new BorderPoints();
  for (let y = 0; y < height; y++) {
    const row = (y + 1) * stride + 1;
    let previous = 0;
    // One pixel past the row closes the areas that touch the right edge.
    for (let x = 0; x <= width; x++) {
      let mark = marks[row + x]!;
      if (mark === previous) continue;
      if (previous === 0 && mark === UNSEEN) {
        followBorder(marks, deltas, row + x, x, y, false, found);
      } else if (mark === 0 && previous >= UNSEEN) {
        followBorder(marks, deltas, row + x - 1, x - 1, y, true, found);
      }
      mark = marks[row + x]!;
      previous = mark;
    }
  }
  return found.reversed();
}
