import type { Artifacts } from '../contracts/artifacts.js';
import type { Picture } from '../contracts/picture.js';
import type { DetectedObject, OcrResult, TaskResult } from '../contracts/results.js';
import type { Source } from '../contracts/source.js';
import { rgbImage } from '../images/rgb-image.js';
import { cropRotated, rotatedCropSize } from '../ops/rotated-crop.js';
import { artifactOf, labelFolder, writeArtifact } from './artifact-file.js';
import { encode, IMAGE_ENDINGS } from './encode.js';
import { readingQuad } from './text/page.js';

const CHANNELS = 3;

/** Pixels in the order of channels of their picture. */
interface Crop {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Writes what was found as pictures of its own into `folder`. detection: every object's box, in a folder of its label
 * (`person/a.jpg.1.png`). ocr: every line, straightened and upright (`a.jpg.1.png`). Numbers are positions in the record, from 1.
 * @throws FdeployError ARTIFACT_FAILED
 */
export async function writeCrops(
  source: Source,
  picture: Picture,
  result: TaskResult,
  folder: string,
  { base, imageFormat = 'png' }: Artifacts,
): Promise<void> {
  const write = async (crop: Crop, number: number, label?: string): Promise<void> => {
    const encoded = await encode(await rgbImage({ ...crop, order: picture.order }), imageFormat);
    const file = artifactOf(source, `.${number}${IMAGE_ENDINGS[imageFormat]}`, base);
    await writeArtifact(folder, label === undefined ? file : `${label}/${file}`, encoded);
  };
  if ('objects' in result) {
    for (const [i, object] of result.objects.entries()) {
      await write(boxOf(picture, object.box), i + 1, labelFolder(object.label ?? `class ${object.id}`));
    }
  } else if ('lines' in result) {
    for (const [i, line] of result.lines.entries()) {
      const crop = lineOf(picture, line, result);
      if (crop) await write(crop, i + 1);
    }
  }
}

/** The whole pixels that a box touches. */
function boxOf({ data, width: rowWidth }: Picture, [x0, y0, x1, y1]: DetectedObject['box']): Crop {
  const left = Math.floor(x0);
  const top = Math.floor(y0);
  const width = Math.ceil(x1) - left;
  const height = Math.ceil(y1) - top;
  const cut = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * rowWidth + left) * CHANNELS;
    cut.set(data.subarray(from, from + width * CHANNELS), y * width * CHANNELS);
  }
  return { data: cut, width, height };
}

/** A line as recognition saw it; undefined for one without a pixel. */
function lineOf(picture: Picture, line: OcrResult['lines'][number], result: OcrResult): Crop | undefined {
  const { width, height } = picture;
  const quad = Float32Array.from(readingQuad(line, { width, height, result }).flat());
  const size = rotatedCropSize(quad);
  if (size.width < 1 || size.height < 1) return undefined;
  const data = new Uint8Array(size.width * size.height * CHANNELS);
  cropRotated(picture, quad, size, data, 0);
  return { data, width: size.width, height: size.height };
}
