import type { Picture } from '../../contracts/picture.js';
import { release } from '../../images/release.js';
import type { DetectionConfig } from './config.js';
import { cropLines } from './crops.js';
import type { DetectionStage } from './detection-stage.js';
import { detectionSize, enlargedSize, type DetectionSize } from './detection-size.js';
import { detectInTiles } from './detect-in-tiles.js';
import type { Line } from './line.js';
import type { StageClock } from './stage.js';
import type { TextBox } from './text-box.js';
import { missedTextHeight, textHeight } from './text-height.js';

/** The lines of a page; their pixels share the buffer `bytes`. */
export interface FoundText {
  readonly lines: Line[];
  readonly bytes: Uint8Array;
}

/** Finds the lines of a page; where they are too small for the network, once more on a larger page. */
export async function findText(stage: DetectionStage, page: Picture, clock: StageClock): Promise<FoundText> {
  const [boxes] = await stage.run([page], clock);
  const found = cut(page, boxes!, clock);
  const start = performance.now();
  const size = largerSize(stage.preprocessor.config, page, found);
  clock.preprocess += performance.now() - start;
  if (!size) return found;
  release(found.bytes);
  return cut(page, await detectInTiles(stage, page, size, clock), clock);
}

/** Shorter lines may be dashes or dots, which are not as high as letters. */
const SHORTEST = 2;
/** The part of a page's lines that may be smaller. */
const FEW = 0.2;

/** The size at which a page's letters are as high as they should be; undefined if they are. */
function largerSize(config: DetectionConfig, page: Picture, { lines }: FoundText): DetectionSize | undefined {
  const { smallText } = config.limits;
  if (!smallText || config.fixedSize) return undefined;
  const { contentWidth } = detectionSize(page.width, page.height, config);
  const scale = contentWidth / page.width;
  const crops = lines.map(({ crop }) => crop).filter(({ width, height }) => width >= SHORTEST * height);
  const heights = crops.map(textHeight).sort((a, b) => a - b);
  const quads = lines.map(({ quad }) => quad!);
  const missed = scale < 1 ? missedTextHeight(page, quads) : undefined;
  const height = scale * Math.min(heights[Math.floor(FEW * heights.length)] ?? Infinity, missed ?? Infinity);
  if (height >= smallText.height) return undefined;
  const size = enlargedSize(page, (scale * smallText.wanted) / height, config.limits);
  return size.contentWidth > contentWidth ? size : undefined;
}

function cut(page: Picture, boxes: TextBox[], clock: StageClock): FoundText {
  const start = performance.now();
  const quads = boxes.map(({ quad }) => quad);
  const { crops, tall, bytes } = cropLines(page, quads);
  const lines = quads.map((quad, i) => ({ quad, crop: crops[i]!, tall: tall[i]! }));
  clock.preprocess += performance.now() - start;
  return { lines: lines.filter(({ crop }) => crop.width > 0 && crop.height > 0), bytes };
}
