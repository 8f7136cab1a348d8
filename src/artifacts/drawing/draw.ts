import type { OverlayOptions } from 'sharp';
import { FdeployError, messageOf } from '../../contracts/errors.js';
import type { ImageFormat } from '../../contracts/artifacts.js';
import type { Picture } from '../../contracts/picture.js';
import type {
  ClassificationResult,
  DetectionResult,
  SegmentationResult,
  Task,
  TaskResults,
} from '../../contracts/results.js';
import { rgbImage } from '../../images/rgb-image.js';
import { loadSharp } from '../../images/sharp-settings.js';
import { classColour, isBackground } from '../../ops/palette.js';
import { encode } from '../encode.js';
import type { Canvas } from './canvas.js';
import { canvasFor } from './canvas.js';
import { LabelPlacer, className, outline } from './labels.js';
import type { Overlay } from './mask-overlay.js';
import { labelOverlay, objectOverlay } from './mask-overlay.js';
import { drawOcr } from './ocr.js';
import type { PanelRow } from './panel.js';
import { panel, panelHeight, rowsWithin } from './panel.js';

/** What is drawn over the picture, and the canvas it needs beside and below it. */
interface Layers {
  readonly svg: string;
  readonly overlay?: Overlay | undefined;
  readonly below?: number;
  readonly beside?: number;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function drawClasses({ classes }: ClassificationResult, canvas: Canvas): Layers {
  const rows = classes.map((found) => ({
    colour: classColour(found.id),
    name: className(found.id, found.label),
    fallback: `#${found.id}`,
    value: found.score.toFixed(3),
    share: found.score,
  }));
  const corner = canvas.type * 0.5;
  return {
    svg: panel(rows.slice(0, rowsWithin(canvas.height - 2 * corner, canvas.type)), canvas, corner, corner),
  };
}

function drawObjects({ objects }: DetectionResult, canvas: Canvas): Layers {
  const placer = new LabelPlacer(canvas);
  let lines = '';
  let labels = '';
  for (const object of objects) {
    const [x0, y0, x1, y1] = object.box.map((value) => value * canvas.scale) as [
      number,
      number,
      number,
      number,
    ];
    const colour = classColour(object.id);
    const corners = [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ] as const;
    const score = object.score.toFixed(2);
    lines = outline(corners, colour, canvas.line) + lines;
    const box = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
    const text = `${className(object.id, object.label)} ${score}`;
    labels = placer.label(text, `#${object.id} ${score}`, colour, box) + labels;
  }
  return { svg: lines + labels, overlay: objectOverlay(objects) };
}

function drawSegments({ segments, mask }: SegmentationResult, canvas: Canvas): Layers {
  if ('file' in mask)
    throw new FdeployError('INTERNAL', 'a picture was to be drawn after its mask had gone to a file', {
      file: mask.file,
    });
  const labels = new Map(segments.map((segment) => [segment.id, segment.label]));
  const rows: PanelRow[] = segments.map((segment) => ({
    colour: classColour(segment.id),
    name: className(segment.id, segment.label),
    fallback: `#${segment.id}`,
    value: percent(segment.share),
    share: segment.share,
    hollow: isBackground(segment.id, segment.label),
  }));
  return {
    svg: panel(rows, canvas, 0, canvas.height, canvas.width),
    overlay: labelOverlay(mask, labels),
    below: Math.ceil(panelHeight(rows.length, canvas.type)),
  };
}

function layers<T extends Task>(task: T, result: TaskResults[T], canvas: Canvas): Layers {
  const results = { [task]: result } as Partial<TaskResults>;
  if (results.classification) return drawClasses(results.classification, canvas);
  if (results.detection) return drawObjects(results.detection, canvas);
  if (results.segmentation) return drawSegments(results.segmentation, canvas);
  const { left, right } = drawOcr(results.ocr!, canvas);
  return {
    svg: `${left}<g transform="translate(${canvas.width} 0)"><rect width="${canvas.width}" height="${canvas.height}" fill="#fff"/>${right}</g>`,
    beside: canvas.width,
  };
}

/**
 * A picture with its result drawn on it, encoded. Text is drawn as outlines, so no font needs to be installed.
 * Small pictures are enlarged and very large ones reduced (see `canvasFor`).
 *
 * @throws FdeployError ARTIFACT_FAILED when FDEPLOY_FONT names a file that is not a font, or sharp cannot draw
 */
export async function drawResult<T extends Task>(
  picture: Picture,
  task: T,
  result: TaskResults[T],
  format: ImageFormat = 'png',
): Promise<Buffer> {
  const canvas = canvasFor(picture.width, picture.height);
  const { svg, overlay, below = 0, beside = 0 } = layers(task, result, canvas);
  const size = { width: canvas.width + beside, height: canvas.height + below };
  const kernel = canvas.scale > 1 ? 'nearest' : 'lanczos3';
  const fit = { width: canvas.width, height: canvas.height, fit: 'fill', kernel } as const;
  try {
    const sharp = await loadSharp();
    const inputs: OverlayOptions[] = [];
    if (overlay) {
      const raw = { width: overlay.width, height: overlay.height, channels: 4 } as const;
      const resized = await sharp(overlay.data, { raw, limitInputPixels: false })
        .resize({ ...fit, kernel: 'nearest' })
        .raw()
        .toBuffer();
      inputs.push({
        input: resized,
        raw: { width: canvas.width, height: canvas.height, channels: 4 },
        left: 0,
        top: 0,
      });
    }
    const document = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${svg}</svg>`;
    const drawn = await sharp(Buffer.from(document), { unlimited: true, limitInputPixels: false })
      .ensureAlpha()
      .raw()
      .toBuffer();
    inputs.push({ input: drawn, raw: { ...size, channels: 4 }, left: 0, top: 0 });
    const ground = await (
      await rgbImage(picture)
    )
      .resize(fit)
      .extend({ right: beside, bottom: below, background: '#fff' })
      .raw()
      .toBuffer();
    const drawing = sharp(ground, { raw: { ...size, channels: 3 }, limitInputPixels: false });
    return await encode(drawing.composite(inputs).removeAlpha(), format);
  } catch (thrown) {
    const reason = messageOf(thrown);
    throw new FdeployError('ARTIFACT_FAILED', `cannot draw the result: ${reason}`, { cause: thrown });
  }
}
