import { blankLevel, inkByColumn, inkHeight, widestGap } from './ink.js';
import type { Line } from './line.js';
import type { Letter } from './reading.js';

/** Characters of scripts that put spaces between words. */
const SPACED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Number}\p{Punctuation}\p{Symbol}]/u;
const WIDE = /[\u2e80-\uffef]/u;
/** Middles of neighbours are this far apart where a space may stand between them, in heights of the crop. */
const FAR = 0.4;
/** A gap that is this much wider than the line's usual one is a space, in heights of the line's ink. */
const SPACE = 0.2;
/** The ink of a line is at least so high, in heights of the crop. */
const LOWEST = 0.4;

/**
 * Recognition drops spaces, most of all in tight lines. Puts one in where the ink of two letters is as far apart as words are.
 * @returns the same array if nothing is missing
 */
export function withSpaces({ crop }: Line, letters: readonly Letter[]): readonly Letter[] {
  const { width, height } = crop;
  const column = ({ at }: Letter): number => Math.min(width - 1, at * width);
  const mayMiss = (i: number): boolean =>
    mayPart(letters, i) && column(letters[i]!) - column(letters[i - 1]!) > FAR * height;
  const places = letters.flatMap((_, i) => (mayMiss(i) ? [i] : []));
  if (places.length === 0) return letters;
  const ink = inkByColumn(crop);
  const blank = blankLevel(ink);
  const gapBefore = (i: number): number => {
    const { from, to } = widestGap(ink, blank, column(letters[i - 1]!), column(letters[i]!));
    return to - from;
  };
  const gaps = letters.flatMap((_, i) =>
    isSpaced(letters[i - 1]) && isSpaced(letters[i]) ? [gapBefore(i)] : [],
  );
  const usual = gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
  const wide = places.filter((i) => gapBefore(i) > usual + SPACE * LOWEST * height);
  if (wide.length === 0) return letters;
  const least = usual + SPACE * inkHeight(crop);
  const missing = new Set(wide.filter((i) => gapBefore(i) > least));
  return letters.flatMap((letter, i) => {
    if (!missing.has(i)) return [letter];
    const before = letters[i - 1]!;
    const space = {
      character: ' ',
      score: Math.min(before.score, letter.score),
      at: (before.at + letter.at) / 2,
    };
    return [space, letter];
  });
}

/** Of scripts that put spaces between words; not the wide marks of Chinese and Japanese, whose cells hold white. */
const isSpaced = (letter: Letter | undefined): boolean =>
  letter !== undefined && SPACED.test(letter.character) && !WIDE.test(letter.character);

/** Marks that stand close to what is before them. */
const CLOSING = /^[.,;:!?)\]}%'"’”]$/;
const OPENING = /^[([{$€£¥#@'"‘“]$/;
/** Between digits they are a part of the number. */
const IN_NUMBER = /^[.,:/-]$/;
const DIGIT = /^\d$/;

/** Whether words may end before a letter. */
function mayPart(letters: readonly Letter[], i: number): boolean {
  const [second, before, here] = [letters[i - 2], letters[i - 1], letters[i]].map(
    (one) => one?.character ?? '',
  );
  if (!isSpaced(letters[i - 1]) || !isSpaced(letters[i])) return false;
  if (CLOSING.test(here!) || OPENING.test(before!)) return false;
  return !(IN_NUMBER.test(before!) && DIGIT.test(here!) && DIGIT.test(second!));
}
