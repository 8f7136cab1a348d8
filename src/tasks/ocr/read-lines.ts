import type { Picture } from '../../contracts/picture.js';
import { batchesByRatio, batchesOfEqualWidth } from './batches.js';
import type { RecognitionPostprocessor } from './recognition-postprocess.js';
import type { Reading } from './reading.js';
import type { RecognitionPreprocessor } from './recognition-preprocess.js';
import type { InputColumns } from './reading.js';
import type { OcrStage, StageClock } from './stage.js';
import { cutLine, joinSteps, type LinePart } from './wide-lines.js';

export type RecognitionStage = OcrStage<
  InputColumns,
  Reading,
  RecognitionPreprocessor,
  RecognitionPostprocessor
>;

/** Reads lines in batches, each line as it is; one that is too wide for the network is read in parts. */
export async function readLines(
  stage: RecognitionStage,
  lines: readonly Picture[],
  clock: StageClock,
): Promise<Reading[]> {
  const parts = lines.map((line) => partsOf(stage, line));
  const pictures = parts.flatMap((own) => own.map(({ picture }) => picture));
  const readings = await readPictures(stage, pictures, clock);
  let first = 0;
  return parts.map((own) => {
    const read = readings.slice(first, (first += own.length));
    return own.length === 1 ? read[0]! : joined(stage, own, read);
  });
}

function partsOf({ preprocessor }: RecognitionStage, line: Picture): LinePart[] {
  const { wideLines, dynamicWidth, height, maxWidth } = preprocessor.config;
  const fits = height * (line.width / line.height) <= maxWidth;
  return fits || !wideLines || !dynamicWidth ? [{ picture: line, left: 0 }] : cutLine(line, wideLines);
}

function joined(
  { preprocessor, postprocessor }: RecognitionStage,
  parts: LinePart[],
  read: Reading[],
): Reading {
  const steps = parts.map(({ picture, left }, i) => {
    const { best, score } = read[i]!.steps;
    const columns = preprocessor.inputWidth(picture) * (picture.height / preprocessor.config.height);
    return { best, score, left, width: picture.width, columnsPerStep: columns / best.length };
  });
  return postprocessor.read(joinSteps(steps));
}

async function readPictures(
  stage: RecognitionStage,
  lines: readonly Picture[],
  clock: StageClock,
): Promise<Reading[]> {
  const { preprocessor } = stage;
  const { batch, equalWidths, batchColumns } = preprocessor.config;
  const batches = equalWidths
    ? batchesOfEqualWidth(lines, batch, (line) => preprocessor.inputWidth(line), batchColumns)
    : batchesByRatio(lines, batch);
  const readings = new Array<Reading>(lines.length);
  for (const positions of batches) {
    const pictures = positions.map((i) => lines[i]!);
    const read = await stage.run(pictures, clock);
    positions.forEach((position, i) => (readings[position] = read[i]!));
  }
  return readings;
}
