import type { QuarterTurn } from '../../ops/turn-pixels.js';
import { directionOf, lengthOf, type Line } from './line.js';
import type { LineReader } from './line-reader.js';
import { readLines } from './read-lines.js';
import type { StageClock } from './stage.js';
import { isWideText, uprightCells } from './vertical-text.js';

/** Lines that are looked at to find how a page lies: two, and two more where those do not agree. */
const SAMPLE = 2;
/** Lines of about this many times their height are looked at first: long enough to tell, and soon read. */
const GOOD_LENGTH = 8;
/** Lines that are shorter than this many times their height say little about how a page lies. */
const SHORTEST = 1.5;
/** So many characters that run one way are enough. */
const ENOUGH = 8;
/** Mean score from which what was read is text. */
const TEXT = 0.6;
/** Columns are read character by character with at least this part of the score that they have as a whole. */
const COLUMN = 0.7;
/** So many characters of a line are read that way in 5 of 147 lines, of a column in 129 of 132. */
const FEW_CELLS = 3;

const lengthToHeight = ({ crop }: Line): number => crop.width / crop.height;

/**
 * By how many degrees a page lies turned clockwise: the way in which its lines run, which is told by their boxes, and by
 * reading the longest of them, both ways where one is doubtful. Columns of Chinese or Japanese run down a page that stands
 * upright. The lines that were looked at stay read.
 */
export async function findPageAngle(
  lines: readonly Line[],
  reader: LineReader,
  clock: StageClock,
): Promise<QuarterTurn> {
  const shaped = lines.filter((line) => lengthToHeight(line) >= SHORTEST);
  const weight = (some: readonly Line[]): number => some.reduce((sum, { crop }) => sum + crop.width ** 2, 0);
  const lying = shaped.filter((line) => directionOf(line) % 180 !== 0);
  const sideways = 2 * weight(lying) > weight(shaped);
  const candidates = byLength(shaped.filter((line) => sideways === lying.includes(line)));
  let sample = candidates.slice(0, SAMPLE);
  await reader.read(sample, clock);
  if (!agree(sample)) {
    sample = candidates.slice(0, 2 * SAMPLE);
    await reader.read(sample, clock);
  }
  if (!isText(sample)) return 0;
  const direction = commonest(sample);
  // Ordinary pages must not pay for columns that run to the right: a few characters of one line rule them out.
  if (direction === 0 && !(await areColumns(sample.slice(0, 1), reader, clock, FEW_CELLS))) return 0;
  const turned = (await areColumns(sample, reader, clock)) ? direction + 270 : direction;
  return (turned % 360) as QuarterTurn;
}

/** The direction of most of the lines' characters. */
function commonest(lines: readonly Line[]): number {
  const along = (direction: number): number =>
    characters(lines.filter((line) => directionOf(line) === direction));
  return [0, 90, 180, 270].reduce((best, direction) => (along(direction) > along(best) ? direction : best));
}

function byLength(lines: readonly Line[]): Line[] {
  const off = (line: Line): number => Math.abs(Math.log(lengthToHeight(line) / GOOD_LENGTH));
  return lines.toSorted((a, b) => off(a) - off(b));
}

const agree = (lines: readonly Line[]): boolean =>
  characters(lines) >= ENOUGH && isText(lines) && new Set(lines.map(directionOf)).size === 1;

const characters = (lines: readonly Line[]): number =>
  lines.reduce((sum, { reading }) => sum + lengthOf(reading!), 0);

function isText(lines: readonly Line[]): boolean {
  const score = lines.reduce((sum, { reading }) => sum + lengthOf(reading!) * reading!.score, 0);
  return score > 0 && score >= TEXT * characters(lines);
}

/**
 * Whether lines are columns of upright characters.
 * @param most characters of a line that are looked at
 */
async function areColumns(
  lines: readonly Line[],
  reader: LineReader,
  clock: StageClock,
  most?: number,
): Promise<boolean> {
  const wide = lines.filter(({ reading }) => isWideText(reading!.text));
  if (2 * characters(wide) < characters(lines)) return false;
  const cells = wide.map(({ crop }) => uprightCells(crop, most));
  const readings = await readLines(
    reader.recognition!,
    cells.filter((picture) => picture !== undefined),
    clock,
  );
  const mean = (all: readonly { score: number }[]): number =>
    all.reduce((sum, { score }) => sum + score, 0) / all.length;
  return readings.length > 0 && mean(readings) >= COLUMN * mean(wide.map(({ reading }) => reading!));
}
