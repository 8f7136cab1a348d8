import type { QuarterTurn } from '../../ops/turn-pixels.js';
import { lengthOf, type Line } from './line.js';
import type { LineReader } from './line-reader.js';
import { readLines } from './read-lines.js';
import type { StageClock } from './stage.js';
import { isWideText, uprightCells } from './vertical-text.js';

/** Most lines that are looked at to find how a page lies. */
const SAMPLE = 4;
/** Longer lines are left to the rest: reading one costs as much as several short ones. */
const LONGEST = 16;
/** Lines that are shorter than this many times their height say little about how a page lies. */
const SHORTEST = 1.5;

/** Mean score from which what was read is text. */
const TEXT = 0.6;
/** Columns are read character by character with at least this part of the score that they have as a whole. */
const COLUMN = 0.7;

const lengthToHeight = ({ crop }: Line): number => crop.width / crop.height;

/**
 * By how many degrees a page lies turned clockwise. Whether it lies on its side is told by the shapes of the lines, which
 * way up by reading the longest of them, both ways where one is doubtful. Tall lines that can be read character by
 * character are columns of a page that stands upright. The lines that were looked at stay read.
 */
export async function findPageAngle(
  lines: readonly Line[],
  reader: LineReader,
  clock: StageClock,
): Promise<QuarterTurn> {
  const shaped = lines.filter((line) => lengthToHeight(line) >= SHORTEST);
  const weight = (some: readonly Line[]): number =>
    some.reduce((sum, { crop }) => sum + crop.width * crop.width, 0);
  const tall = shaped.filter((line) => line.tall);
  const sideways = 2 * weight(tall) > weight(shaped);
  const sample = sampleOf(sideways ? tall : shaped.filter((line) => !line.tall));
  await reader.read(sample, clock);
  if (!isText(sample)) return 0;
  const turned = 2 * characters(sample.filter(({ angle }) => angle === 180)) > characters(sample);
  if (!sideways || (await areColumns(sample, reader, clock))) return turned ? 180 : 0;
  return turned ? 270 : 90;
}

/** The longest lines of those that cost little to read, then the shortest of the others. */
function sampleOf(lines: readonly Line[]): Line[] {
  const distance = (line: Line): number => {
    const length = lengthToHeight(line);
    return length > LONGEST ? length : LONGEST - length;
  };
  const isLong = (line: Line): number => Number(lengthToHeight(line) > LONGEST);
  return lines.toSorted((a, b) => isLong(a) - isLong(b) || distance(a) - distance(b)).slice(0, SAMPLE);
}

const characters = (lines: readonly Line[]): number =>
  lines.reduce((sum, { reading }) => sum + lengthOf(reading!), 0);

function isText(lines: readonly Line[]): boolean {
  const score = lines.reduce((sum, { reading }) => sum + lengthOf(reading!) * reading!.score, 0);
  return score > 0 && score >= TEXT * characters(lines);
}

/** Whether tall lines are columns of upright characters. */
async function areColumns(lines: readonly Line[], reader: LineReader, clock: StageClock): Promise<boolean> {
  const wide = lines.filter(({ reading }) => isWideText(reading!.text));
  if (2 * characters(wide) < characters(lines)) return false;
  const cells = wide.map(({ crop }) => uprightCells(crop));
  const readings = await readLines(
    reader.recognition!,
    cells.filter((picture) => picture !== undefined),
    clock,
  );
  const mean = (all: readonly { score: number }[]): number =>
    all.reduce((sum, { score }) => sum + score, 0) / all.length;
  return readings.length > 0 && mean(readings) >= COLUMN * mean(wide.map(({ reading }) => reading!));
}
