import type { Picture } from '../../contracts/picture.js';
import { release } from '../../images/release.js';
import { TensorBuffer } from '../tensor-buffer.js';
import type { Rectangle } from './detection-preprocess.js';
import type { DetectionSize } from './detection-size.js';
import type { DetectionStage } from './detection-stage.js';
import type { StageClock } from './stage.js';
import type { TextBox } from './text-box.js';

/** Tiles overlap by this many pixels: what the network sees around a place decides what it finds there. */
const OVERLAP = 128;
const MULTIPLE = 32;

/** Where tiles of equal length lie along a side, overlapping, the last one flush with its end. */
function along(side: number, count: number): { length: number; starts: number[] } {
  if (count === 1) return { length: side, starts: [0] };
  const length = Math.ceil((side + (count - 1) * OVERLAP) / count / MULTIPLE) * MULTIPLE;
  const starts = Array.from({ length: count }, (_, i) => Math.round((i * (side - length)) / (count - 1)));
  return { length, starts };
}

/** As few tiles as possible of no more than `mostPixels`, row by row. */
export function tilesOf(width: number, height: number, mostPixels: number): Rectangle[] {
  let [across, down] = [1, 1];
  for (;;) {
    const columns = along(width, across);
    const rows = along(height, down);
    const small = Math.max(columns.length, rows.length) <= 2 * OVERLAP + MULTIPLE;
    if (columns.length * rows.length <= mostPixels || small) {
      return rows.starts.flatMap((y) =>
        columns.starts.map((x) => ({ x, y, width: columns.length, height: rows.length })),
      );
    }
    if (columns.length > rows.length) across++;
    else down++;
  }
}

/**
 * Text boxes of a page at `size`, whose probability map is put together from overlapping tiles, so that memory does not grow
 * with the page.
 */
export async function detectInTiles(
  stage: DetectionStage,
  page: Picture,
  size: DetectionSize,
  clock: StageClock,
): Promise<TextBox[]> {
  const { preprocessor, runtime, postprocessor } = stage;
  const { smallText } = preprocessor.config.limits;
  const { width, height } = size;
  const map = new Float32Array(width * height);
  const buffer = new TensorBuffer();
  for (const tile of tilesOf(width, height, smallText?.tilePixels ?? Infinity)) {
    const start = performance.now();
    const feeds = preprocessor.tile(page, size, tile, buffer);
    const fed = performance.now();
    const outputs = await runtime.run(feeds);
    clock.preprocess += fed - start;
    clock.inference += performance.now() - fed;
    putTile(postprocessor.mapOf(outputs, tile), tile, map, width, height);
    for (const { data } of Object.values(outputs)) release(data);
  }
  const start = performance.now();
  const context = { ...size, pictureWidth: page.width, pictureHeight: page.height };
  const output = { type: 'float32', dims: [1, 1, height, width], data: map } as const;
  const [boxes] = postprocessor.run({ [postprocessor.output]: output }, [context]);
  release(map);
  clock.postprocess += performance.now() - start;
  return boxes!;
}

/** Puts a tile's values over those of the tiles before, but for its first ones, beyond which it sees nothing. */
function putTile(
  values: Float32Array,
  tile: Rectangle,
  map: Float32Array,
  width: number,
  height: number,
): void {
  const left = tile.x === 0 ? 0 : OVERLAP / 2;
  const top = tile.y === 0 ? 0 : OVERLAP / 2;
  const right = Math.min(tile.width, width - tile.x);
  const bottom = Math.min(tile.height, height - tile.y);
  for (let y = top; y < bottom; y++) {
    const row = values.subarray(y * tile.width + left, y * tile.width + right);
    map.set(row, (tile.y + y) * width + tile.x + left);
  }
}
