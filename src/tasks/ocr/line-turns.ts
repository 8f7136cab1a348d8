import type { Picture } from '../../contracts/picture.js';
import { turnHalf } from '../../ops/rotated-crop.js';
import { chunks } from '../batch.js';
import { lengthOf, type Line } from './line.js';
import type { LineOrientation } from './orientation-postprocess.js';
import type { OrientationPreprocessor } from './orientation-preprocess.js';
import { readLines, type RecognitionStage } from './read-lines.js';
import type { Reading } from './reading.js';
import type { OcrStage, StageClock } from './stage.js';

export type OrientationStage = OcrStage<null, LineOrientation, OrientationPreprocessor>;

/**
 * PaddleOCR's way: lines that the network finds upside down are turned before they are read.
 * @param own whether the pixels may be turned in place; a caller's picture is copied
 */
export async function turnLines(
  stage: OrientationStage,
  lines: readonly Line[],
  own: boolean,
  clock: StageClock,
): Promise<void> {
  const orientations = await orientationsOf(stage, lines, clock);
  lines.forEach((line, i) => {
    const { angle, score } = orientations[i]!;
    const turned = angle === 180 && score > stage.preprocessor.config.threshold;
    if (turned) line.crop = upsideDown(line.crop, own);
    line.angle = turned ? 180 : 0;
    line.angleScore = score;
  });
}

async function orientationsOf(
  stage: OrientationStage,
  lines: readonly Line[],
  clock: StageClock,
): Promise<LineOrientation[]> {
  const orientations: LineOrientation[] = [];
  for (const part of chunks(lines, stage.preprocessor.config.batch)) {
    const crops = part.map(({ crop }) => crop);
    orientations.push(...(await stage.run(crops, clock)));
  }
  return orientations;
}

function upsideDown(line: Picture, own = false): Picture {
  const data = own ? line.data : line.data.slice();
  turnHalf(data, 0, line.width * line.height);
  return { ...line, data };
}

// The numbers below are from 1,841 known lines of pictures and pages, each read both ways (docs/ocr.md).

/** A reading with this score is right: 94 % of the upright lines have it, and 0.3 % of those upside down. */
const CERTAIN = 0.95;
/** A line that reads worse is read the other way too, whatever the network says. */
const POOR = 0.6;
/** The network's probability of "upside down" that speaks for it: all lines upside down but 2 had it. */
const POSSIBLE = 0.05;
/** A text of such characters alone can be read either way, with a score that says nothing. */
const SYMMETRIC = /^[-01689oOsSxXzZHINl|.,:·()/%=+\s]*$/;

const isDoubtful = ({ reading }: Line): boolean => reading!.score < CERTAIN || SYMMETRIC.test(reading!.text);

/**
 * The way of the profile best, for lines that were read as they stand: the network judges those whose reading is doubtful,
 * and where they may be upside down they are read the other way too. The better reading is kept.
 * @param orientation undefined: both ways wherever the reading is doubtful
 */
export async function checkTurns(
  orientation: OrientationStage | undefined,
  recognition: RecognitionStage,
  lines: readonly Line[],
  clock: StageClock,
): Promise<void> {
  const doubtful = lines.filter(isDoubtful);
  const orientations = orientation ? await orientationsOf(orientation, doubtful, clock) : [];
  const candidates: { line: Line; turned: Picture; odds: number }[] = [];
  doubtful.forEach((line, i) => {
    const orientation = orientations[i];
    if (orientation) line.angleScore = orientation.score;
    const odds = orientation ? upsideDownOdds(orientation) : 0.5;
    if (odds < POSSIBLE && line.reading!.score >= POOR) return;
    candidates.push({ line, turned: upsideDown(line.crop), odds });
  });
  const turned = candidates.map((candidate) => candidate.turned);
  const readings = await readLines(recognition, turned, clock);
  for (const line of lines) line.angle ??= 0;
  candidates.forEach(({ line, turned, odds }, i) => {
    const reading = readings[i]!;
    if (evidence(line.reading!, reading, odds) <= 0) return;
    Object.assign(line, { crop: turned, reading, angle: 180 });
  });
}

const upsideDownOdds = ({ angle, score }: LineOrientation): number => (angle === 180 ? score : 1 - score);

/**
 * How much speaks for the turned reading: a better score, more characters (upside down, several become one), and the
 * network's odds. On those lines every one that was upright stayed so, and of those upside down 18 did, most of them
 * single sixes and nines.
 */
function evidence(asItStands: Reading, turned: Reading, odds: number): number {
  const [before, after] = [lengthOf(asItStands), lengthOf(turned)];
  const longer = (after - before) / Math.max(1, before, after);
  return (
    20 * (turned.score - asItStands.score) + 3 * longer + 0.3 * Math.log((odds + 1e-3) / (1.001 - odds)) - 1
  );
}
