import type { ModelHandle, Prediction } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { OcrResult } from '../../contracts/results.js';
import { release } from '../../images/release.js';
import { QueuedModel } from '../queued-model.js';
import type { OcrConfig } from './config.js';
import type { DetectionStage } from './detection-stage.js';
import { straighten, type DocumentStages } from './document/straighten.js';
import { findText, type FoundText } from './find-text.js';
import type { Line } from './line.js';
import { LineReader } from './line-reader.js';
import type { OrientationStage } from './line-turns.js';
import { asItCame, turnedBack, type Page } from './page.js';
import { findPageAngle } from './page-angle.js';
import type { RecognitionStage } from './read-lines.js';
import type { Letter } from './reading.js';
import { foundResult, resultOf } from './result.js';
import { withSpaces } from './spaces.js';
import { textOf, wordsOf } from './words.js';
import { newClock, type StageClock } from './stage.js';

/** The pipeline's networks; a part that the user left out is left out. */
export interface OcrStages extends DocumentStages {
  readonly detection?: DetectionStage;
  readonly orientation?: OrientationStage;
  readonly recognition?: RecognitionStage;
}

/**
 * Reads the text in pictures: page orientation, unwarping, detection, orientation of lines and recognition, each with a network of its
 * own and usable alone. Without detection the whole picture is one line; without recognition lines have no text.
 */
export class OcrPipeline extends QueuedModel<'ocr', OcrPipeline> implements OcrStages {
  declare readonly pageOrientation?: NonNullable<OcrStages['pageOrientation']>;
  declare readonly unwarping?: NonNullable<OcrStages['unwarping']>;
  declare readonly detection?: NonNullable<OcrStages['detection']>;
  declare readonly orientation?: NonNullable<OcrStages['orientation']>;
  declare readonly recognition?: NonNullable<OcrStages['recognition']>;

  readonly #config: OcrConfig;

  constructor(
    handle: ModelHandle<'ocr', OcrConfig>,
    stages: OcrStages,
    protected readonly reopen: () => Promise<OcrPipeline>,
  ) {
    super(handle, 1);
    this.#config = handle.config;
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
    await this.pageOrientation?.close();
    await this.unwarping?.close();
    await this.detection?.close();
    await this.orientation?.close();
    await this.recognition?.close();
  }

  async #read(picture: Picture, clock: StageClock): Promise<OcrResult> {
    const { detection, orientation, recognition } = this;
    const output = {
      readingOrder: this.#config.readingOrder,
      threshold: recognition?.preprocessor.config.threshold,
    };
    const straight = await straighten(this, asItCame(picture), clock);
    if (!detection) {
      const line: Line = { crop: straight.picture, tall: false };
      await this.#reader(false).read([line], clock);
      this.#spell([line], straight, clock);
      straight.release();
      return resultOf([line], straight, output);
    }
    if (!orientation && !recognition) {
      const [boxes] = await detection.run([straight.picture], clock);
      straight.release();
      return foundResult(boxes!, straight, output);
    }
    const reader = this.#reader(true);
    const { page, found } = await this.#upright(detection, straight, reader, clock);
    await reader.read(found.lines, clock);
    this.#spell(found.lines, page, clock);
    release(found.bytes);
    page.release();
    return resultOf(found.lines, page, output);
  }

  /** Puts missing spaces into what was read, and finds the words' places. */
  #spell(lines: readonly Line[], page: Page, clock: StageClock): void {
    const { recognition } = this;
    const { readingOrder, words } = this.#config;
    if (!recognition || !(readingOrder || words)) return;
    const start = performance.now();
    for (const line of lines) {
      let letters: readonly Letter[] = recognition.postprocessor.letters(line.reading!);
      if (readingOrder) {
        letters = withSpaces(line, letters);
        line.reading = { ...line.reading!, text: textOf(letters).trim() };
      }
      if (words) line.words = wordsOf(line, letters, page);
    }
    clock.postprocess += performance.now() - start;
  }

  /** @param own whether the pixels of the lines are the pipeline's own */
  #reader(own: boolean): LineReader {
    return new LineReader(this.orientation, this.recognition, this.#config.bothWays, own);
  }

  /** The page turned as it is read, and its lines. */
  async #upright(
    detection: DetectionStage,
    page: Page,
    reader: LineReader,
    clock: StageClock,
  ): Promise<{ page: Page; found: FoundText }> {
    const found = await findText(detection, page.picture, clock);
    if (!this.#config.bothWays || !this.recognition) return { page, found };
    const angle = await findPageAngle(found.lines, reader, clock);
    const upright = turnedBack(page, angle);
    if (angle === 0) return { page: upright, found };
    release(found.bytes);
    return { page: upright, found: await findText(detection, upright.picture, clock) };
  }
}
