import type { ModelHandle, Prediction } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { OcrResult, TextLine } from '../../contracts/results.js';
import { release } from '../../images/release.js';
import type { CtcText } from '../../ops/ctc.js';
import { turnHalf } from '../../ops/rotated-crop.js';
import { chunks } from '../batch.js';
import { QueuedModel } from '../queued-model.js';
import { batchesByRatio, batchesOfEqualWidth } from './batches.js';
import { cropLines } from './crops.js';
import type { DetectionContext, DetectionPreprocessor } from './detection-preprocess.js';
import type { OrientationPreprocessor } from './orientation-preprocess.js';
import type { LineOrientation } from './orientation-postprocess.js';
import type { RecognitionPreprocessor } from './recognition-preprocess.js';
import { newClock, type OcrStage, type StageClock } from './stage.js';
import type { TextBox } from './text-box.js';

/** The pipeline's networks; a part that the user left out is left out. */
export interface OcrStages {
  readonly detection?: OcrStage<DetectionContext, TextBox[], DetectionPreprocessor>;
  readonly orientation?: OcrStage<null, LineOrientation, OrientationPreprocessor>;
  readonly recognition?: OcrStage<null, CtcText, RecognitionPreprocessor>;
}

/**
 * Reads the text in pictures: detection, orientation and recognition, each with a network of its own and usable
 * alone. Without detection the whole picture is one line; without recognition lines have no text.
 */
export class OcrPipeline extends QueuedModel<'ocr', OcrPipeline> implements OcrStages {
  declare readonly detection?: NonNullable<OcrStages['detection']>;
  declare readonly orientation?: NonNullable<OcrStages['orientation']>;
  declare readonly recognition?: NonNullable<OcrStages['recognition']>;

  constructor(
    handle: ModelHandle<'ocr'>,
    stages: OcrStages,
    protected readonly reopen: (handle: ModelHandle<'ocr'>) => Promise<OcrPipeline>,
  ) {
    super(handle, 1);
    Object.assign(this, stages);
  }

  protected async infer(pictures: readonly Picture[]): Promise<Prediction<OcrResult>[]> {
    const predictions: Prediction<OcrResult>[] = [];
    for (const picture of pictures) {
      const ms = newClock();
      predictions.push({ result: await this.#read(picture, ms), ms });
    }
    return predictions;
  }

  protected async end(): Promise<void> {
    await this.detection?.close();
    await this.orientation?.close();
    await this.recognition?.close();
  }

  async #read(picture: Picture, clock: StageClock): Promise<OcrResult> {
    const boxes = this.detection && (await this.detection.run([picture], clock))[0]!;
    const lines: TextLine[] = boxes ? boxes.map(({ quad }) => ({ quad })) : [{}];
    if (!this.orientation && !this.recognition) return { lines };

    if (!boxes) return this.#readLines([picture], lines, clock);
    const start = performance.now();
    const { crops, bytes } = cropLines(
      picture,
      boxes.map(({ quad }) => quad),
    );
    clock.preprocess += performance.now() - start;
    const result = await this.#readLines(crops, lines, clock);
    release(bytes);
    return result;
  }

  async #readLines(crops: Picture[], lines: TextLine[], clock: StageClock): Promise<OcrResult> {
    await this.#turn(crops, lines, clock);
    return this.#recognise(crops, lines, clock);
  }

  /** Notes which way up each line stands and turns those that stand upside down. */
  async #turn(crops: Picture[], lines: TextLine[], clock: StageClock): Promise<void> {
    if (!this.orientation) return;
    const { batch, threshold } = this.orientation.preprocessor.config;
    let first = 0;
    for (const part of chunks(crops, batch)) {
      const orientations = await this.orientation.run(part, clock);
      orientations.forEach(({ angle, score }, i) => {
        const turned = angle === 180 && score > threshold;
        Object.assign(lines[first + i]!, { angle: turned ? 180 : 0, angleScore: score });
        if (turned) crops[first + i] = upsideDown(part[i]!, this.detection !== undefined);
      });
      first += part.length;
    }
  }

  async #recognise(crops: readonly Picture[], lines: TextLine[], clock: StageClock): Promise<OcrResult> {
    if (!this.recognition) return { lines };
    const { preprocessor } = this.recognition;
    const { batch, equalWidths, batchColumns, threshold } = preprocessor.config;
    const batches = equalWidths
      ? batchesOfEqualWidth(crops, batch, (line) => preprocessor.inputWidth(line), batchColumns)
      : batchesByRatio(crops, batch);
    for (const positions of batches) {
      const texts = await this.recognition.run(
        positions.map((i) => crops[i]!),
        clock,
      );
      positions.forEach((position, i) => Object.assign(lines[position]!, texts[i]));
    }
    const kept = lines.filter(({ score }) => score! >= threshold);
    return { lines: kept, text: kept.map(({ text }) => text).join('\n') };
  }
}

/** @param own whether the pixels may be turned in place; a caller's picture is copied */
function upsideDown(line: Picture, own: boolean): Picture {
  const data = own ? line.data : line.data.slice();
  turnHalf(data, 0, line.width * line.height);
  return { ...line, data };
}
