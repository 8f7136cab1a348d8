import { resolve } from 'node:path';
import type { DetectedObject, LabelFile, LabelRuns, OkRecord } from '../contracts/results.js';
import { loadSharp } from '../images/sharp-settings.js';
import { classColour, isBackground } from '../ops/palette.js';

const FILL = 150;

/** Red, green, blue, alpha of every pixel of a small picture. */
interface Small {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Calls `paint` for the middle of each small pixel that a run covers, without unpacking the large map.
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

function put(small: Small, pixel: number, id: number): void {
  small.data.set(classColour(id), pixel * 4);
  small.data[pixel * 4 + 3] = FILL;
}

function fromLabels(mask: LabelRuns, clear: ReadonlySet<number>, small: Small): void {
  const ids = mask.runs.map(([id]) => id);
  const lengths = mask.runs.map(([, length]) => length);
  sample(mask, lengths, small, (pixel, run) => {
    if (!clear.has(ids[run]!)) put(small, pixel, ids[run]!);
  });
}

function fromObjects(objects: readonly DetectedObject[], small: Small): void {
  for (const { id, mask } of [...objects].reverse()) {
    if (!mask) continue;
    sample(mask, mask.runs, small, (pixel, run) => {
      if (run % 2 === 1) put(small, pixel, id);
    });
  }
}

/** What a mask file paints the background with. */
const MASK_GROUND = [0, 0, 0].join();

/** The colours of a mask file as they are, the background clear. */
async function fromFile(mask: LabelFile, small: Small, base: string): Promise<void> {
  const sharp = await loadSharp();
  const { data } = await sharp(resolve(base, mask.file))
    .resize({ width: small.width, height: small.height, fit: 'fill', kernel: 'nearest' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  for (let pixel = 0; pixel < small.width * small.height; pixel++) {
    const colour = data.subarray(pixel * 3, pixel * 3 + 3);
    small.data.set(colour, pixel * 4);
    small.data[pixel * 4 + 3] = colour.join() === MASK_GROUND ? 0 : FILL;
  }
}

/** Whether `maskPicture` has anything to show for a record. */
export const hasMask = (record: OkRecord): boolean =>
  record.task === 'segmentation' ||
  (record.task === 'detection' && record.result.objects.some((object) => object.mask !== undefined));

/**
 * The masks of a record as a small translucent PNG to lay over its thumbnail, the background clear.
 *
 * @param width and height of the thumbnail in pixels
 * @param base folder that a mask file's relative path starts from
 */
export async function maskPicture(
  record: OkRecord,
  width: number,
  height: number,
  base: string,
): Promise<Buffer> {
  const sharp = await loadSharp();
  const small: Small = { data: new Uint8Array(width * height * 4), width, height };
  if (record.task === 'segmentation') {
    const { segments, mask } = record.result;
    const clear = new Set(
      segments.filter((segment) => isBackground(segment.id, segment.label)).map((segment) => segment.id),
    );
    if ('file' in mask) await fromFile(mask, small, base);
    else fromLabels(mask, clear, small);
  } else if (record.task === 'detection') fromObjects(record.result.objects, small);
  return sharp(small.data, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
