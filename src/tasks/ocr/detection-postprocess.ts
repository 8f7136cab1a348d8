import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { Quad } from '../../contracts/results.js';
import type { Tensor } from '../../contracts/tensor.js';
import { release } from '../../images/release.js';
import { binarise, dilate2x2 } from '../../ops/binary-map.js';
import { polygonScore, type ScoreMap } from '../../ops/box-score.js';
import { ContourScratch, contourPoints, findContours } from '../../ops/contours.js';
import { miniBox } from '../../ops/min-area-rect.js';
import { roundHalfEven } from '../../ops/round.js';
import { unclip } from '../../ops/unclip.js';
import { requireFinite } from '../require-finite.js';
import type { DetectionConfig } from './config.js';
import type { DetectionContext } from './detection-preprocess.js';
import { inReadingOrder } from './reading-order.js';
import type { TextBox } from './text-box.js';

/** Boxes with a shorter side are noise: before and after they are grown, in pixels of the map. */
const MIN_SIDE = 3;
const MIN_SIDE_GROWN = 5;

/** Probability maps to boxes in reading order: DB's postprocess with quadrangles, as PaddleOCR does it. */
export class DetectionPostprocessor implements Postprocessor<DetectionContext, TextBox[]> {
  readonly #scratch = new ContourScratch();

  /** @param output name of the network's output [N, 1, height, width] */
  constructor(
    readonly config: DetectionConfig,
    readonly output: string,
  ) {}

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly DetectionContext[]): TextBox[][] {
    return contexts.map((context, i) => {
      const { width, height } = context;
      const data = this.mapOf(outputs, context).subarray(i * width * height, (i + 1) * width * height);
      requireFinite(data, `output ${this.output} of text detection`);
      return inReadingOrder(this.boxes({ data, width, height }, context));
    });
  }

  /**
   * The probabilities of text, row by row, of all pictures of a batch.
   * @throws FdeployError RESULT_INVALID if the map has another size
   */
  mapOf(
    outputs: Readonly<Record<string, Tensor>>,
    { width, height }: { width: number; height: number },
  ): Float32Array {
    const tensor = outputs[this.output];
    if (tensor?.type === 'float32' && tensor.dims.at(-1) === width && tensor.dims.at(-2) === height)
      return tensor.data;
    const found = tensor ? `${tensor.type} [${tensor.dims.join(', ')}]` : 'nothing';
    const message = `text detection gave ${found} where a map of ${width} x ${height} was expected`;
    throw new FdeployError('RESULT_INVALID', message, { found });
  }

  /** Boxes in the order in which cv2 gives their contours. */
  private boxes(map: ScoreMap, context: DetectionContext): TextBox[] {
    const { threshold, dilate, maxCandidates } = this.config;
    const { width, height } = map;
    const binary = binarise(map.data, threshold);
    const areas = dilate ? dilate2x2(binary, width, height) : binary;
    const contours = findContours(areas, width, height, this.#scratch);
    release(binary);
    if (areas !== binary) release(areas);
    const boxes: TextBox[] = [];
    for (let i = 0; i < Math.min(contours.count, maxCandidates); i++) {
      const box = this.box(contourPoints(contours, i), map, context);
      if (box) boxes.push(box);
    }
    return boxes;
  }

  private box(contour: Int32Array, map: ScoreMap, context: DetectionContext): TextBox | undefined {
    const { box, shortSide } = miniBox(contour);
    if (shortSide < MIN_SIDE) return undefined;
    const score = polygonScore(map, this.config.score === 'fast' ? box : contour);
    if (score < this.config.boxThreshold) return undefined;
    const [polygon] = unclip(box, this.config.unclipRatio);
    if (!polygon) return undefined;
    const grown = miniBox(polygon);
    if (grown.shortSide < MIN_SIDE_GROWN) return undefined;
    return { quad: inPicture(grown.box, context), score };
  }
}

/** A box of the map in pixels of the picture, inside of it. */
function inPicture(box: Float32Array, context: DetectionContext): Quad {
  const { left, top, contentWidth, contentHeight, pictureWidth, pictureHeight } = context;
  const scaleX = pictureWidth / contentWidth;
  const scaleY = pictureHeight / contentHeight;
  return [0, 1, 2, 3].map((i) => [
    clamp(roundHalfEven((box[2 * i]! - left) * scaleX), pictureWidth),
    clamp(roundHalfEven((box[2 * i + 1]! - top) * scaleY), pictureHeight),
  ]) as Quad;
}

const clamp = (value: number, high: number): number => Math.max(0, Math.min(value, high));
