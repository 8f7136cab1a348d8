import { resolve } from 'node:path';
import type { DetectedObject, LabelRuns, OkRecord } from '../../contracts/results.js';
import { classColour, isBackground, type Colour } from '../../ops/palette.js';
import type { MaskSource } from './messages.js';

/** Longest side of a thumbnail in pixels. */
export const THUMBNAIL_SIDE = 256;

/** Opacity of a mask over its picture, of 255. */
export const MASK_ALPHA = 150;

/** Red, green, blue, alpha of every pixel of a small picture. */
interface Small {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Calls `paint` for each small pixel whose centre a run covers, without unpacking the large map.
 *
 * @param lengths of the runs, in pixels of the large map
 */
function sample(
  size: { width: number; height: number },
  lengths: readonly number[],
  small: Small,
  paint: (pixel: number, run: number) => void,
): void {
  const columns = Array.from({ length: small.width }, (_, x) =>
    Math.min(size.width - 1, Math.floor(((x + 0.5) * size.width) / small.width)),
  );
  let run = 0;
  let end = lengths[0] ?? 0;
  for (let y = 0; y < small.height; y++) {
    const row = Math.min(size.height - 1, Math.floor(((y + 0.5) * size.height) / small.height)) * size.width;
    for (let x = 0; x < small.width; x++) {
      while (row + columns[x]! >= end) {
        run++;
        if (run >= lengths.length) return;
        end += lengths[run]!;
      }
      paint(y * small.width + x, run);
    }
  }
}

/** Paints pixels of a small picture in the colours of classes; each colour is computed once. */
function painter({ data }: Small): (pixel: number, id: number) => void {
  const colours = new Map<number, Colour>();
  return (pixel, id) => {
    let colour = colours.get(id);
    if (!colour) colours.set(id, (colour = classColour(id)));
    data.set(colour, pixel * 4);
    data[pixel * 4 + 3] = MASK_ALPHA;
  };
}

function fromLabels(mask: LabelRuns, clear: ReadonlySet<number>, small: Small): void {
  const ids = mask.runs.map(([id]) => id);
  const lengths = mask.runs.map(([, length]) => length);
  const paint = painter(small);
  sample(mask, lengths, small, (pixel, run) => {
    if (!clear.has(ids[run]!)) paint(pixel, ids[run]!);
  });
}

function fromObjects(objects: readonly DetectedObject[], small: Small): void {
  const paint = painter(small);
  for (const { id, mask } of [...objects].reverse()) {
    if (!mask) continue;
    sample(mask, mask.runs, small, (pixel, run) => {
      if (run % 2 === 1) paint(pixel, id);
    });
  }
}

/**
 * The masks of a record at the size of its thumbnail, with a transparent background; undefined if it has none.
 *
 * @param base folder of a mask file's relative path
 */
export function maskSource(record: OkRecord, base: string): MaskSource | undefined {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(record.width, record.height));
  const width = Math.max(1, Math.round(record.width * scale));
  const height = Math.max(1, Math.round(record.height * scale));
  const empty = (): Small => ({ data: new Uint8Array(width * height * 4), width, height });
  if (record.task === 'segmentation') {
    const { segments, mask } = record.result;
    if ('file' in mask) return { kind: 'file', file: resolve(base, mask.file), width, height };
    const clear = new Set(
      segments.filter((segment) => isBackground(segment.id, segment.label)).map((segment) => segment.id),
    );
    const small = empty();
    fromLabels(mask, clear, small);
    return { kind: 'pixels', ...small };
  }
  if (record.task !== 'detection' || record.result.objects.every(({ mask }) => mask === undefined))
    return undefined;
  const small = empty();
  fromObjects(record.result.objects, small);
  return { kind: 'pixels', ...small };
}
