import type { DetectedObject, LabelRuns } from '../../contracts/results.js';
import type { Colour } from '../../ops/palette.js';
import { classColour, isBackground } from '../../ops/palette.js';

/** Red, green, blue, alpha of every pixel. */
export interface Overlay {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const FILL = 140;
const EDGE = 255;

function paint(data: Uint8Array, from: number, to: number, [r, g, b]: Colour): void {
  for (let at = from * 4; at < to * 4; at += 4) {
    data[at] = r;
    data[at + 1] = g;
    data[at + 2] = b;
    data[at + 3] = FILL;
  }
}

/** Makes painted pixels opaque if `ids` changes to the right of or below them. */
function sharpenEdges(data: Uint8Array, ids: Int32Array, width: number, height: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const id = ids[at]!;
      const edge =
        (x > 0 && ids[at - 1] !== id) ||
        (x + 1 < width && ids[at + 1] !== id) ||
        (y > 0 && ids[at - width] !== id) ||
        (y + 1 < height && ids[at + width] !== id);
      if (edge && data[at * 4 + 3] === FILL) data[at * 4 + 3] = EDGE;
    }
  }
}

/** A label map as a translucent overlay with opaque edges and a transparent background. */
export function labelOverlay(mask: LabelRuns, labels: ReadonlyMap<number, string | null>): Overlay {
  const { width, height } = mask;
  const data = new Uint8Array(width * height * 4);
  const ids = new Int32Array(width * height);
  let at = 0;
  for (const [id, length] of mask.runs) {
    ids.fill(id, at, at + length);
    if (!isBackground(id, labels.get(id) ?? null)) paint(data, at, at + length, classColour(id));
    at += length;
  }
  sharpenEdges(data, ids, width, height);
  return { data, width, height };
}

/** The masks of objects as one overlay, the best object on top; undefined if no object has one. */
export function objectOverlay(objects: readonly DetectedObject[]): Overlay | undefined {
  const first = objects.find((object) => object.mask !== undefined)?.mask;
  if (!first) return undefined;
  const { width, height } = first;
  const data = new Uint8Array(width * height * 4);
  const ids = new Int32Array(width * height);
  for (const [index, object] of [...objects.entries()].reverse()) {
    let at = 0;
    object.mask?.runs.forEach((length, run) => {
      if (run % 2 === 1) {
        ids.fill(index + 1, at, at + length);
        paint(data, at, at + length, classColour(object.id));
      }
      at += length;
    });
  }
  sharpenEdges(data, ids, width, height);
  return { data, width, height };
}
