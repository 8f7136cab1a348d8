import type { Point, Quad, TextWord } from '../../contracts/results.js';
import { blankLevel, inkByColumn, inkRows, trimmed, widestGap, type Range } from './ink.js';
import type { Line } from './line.js';
import type { Page } from './page.js';
import type { Letter } from './reading.js';

/** Characters that are words of their own. */
const ALONE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;
/** Those whose ink fills only the beginning of their cell. */
const MARK = /[\u3001-\u303f\uff01\uff0c\uff0e\uff1a\uff1b\uff1f]/;

/** Letters that stand together, with the middles of the first and the last in columns of the line. */
interface Group {
  readonly letters: Letter[];
  readonly first: number;
  last: number;
}

/**
 * The words of a line that was read. Time steps tell where the middle of each character lies, to some columns; words end in the
 * widest gap of ink between two of them. A word is as high as the ink of its line.
 * @param letters the characters of the line's text
 */
export function wordsOf(line: Line, letters: readonly Letter[], page: Page): TextWord[] {
  const { crop } = line;
  const groups = groupsOf(letters, crop.width);
  const rows = inkRows(crop);
  const ranges = rangesOf(groups, inkByColumn(crop), rows.to - rows.from);
  return groups.map(({ letters: own }, i) => ({
    text: textOf(own),
    score: own.reduce((sum, { score }) => sum + score, 0) / own.length,
    quad: page.restore(quadOf(line, ranges[i]!, rows)),
  }));
}

export const textOf = (letters: readonly Letter[]): string =>
  letters.map(({ character }) => character).join('');

/** Letters between spaces. */
function groupsOf(letters: readonly Letter[], width: number): Group[] {
  const groups: Group[] = [];
  let open = false;
  for (const letter of letters) {
    const column = Math.min(width - 1, letter.at * width);
    const alone = ALONE.test(letter.character);
    if (letter.character.trim() === '') open = false;
    else if (open && !alone) {
      const group = groups.at(-1)!;
      group.letters.push(letter);
      group.last = column;
    } else {
      groups.push({ letters: [letter], first: column, last: column });
      open = !alone;
    }
  }
  return groups;
}

/** The columns of each group. */
function rangesOf(groups: readonly Group[], ink: Float64Array, height: number): Range[] {
  const blank = blankLevel(ink);
  let start = 0;
  return groups.map((group, i) => {
    const next = groups[i + 1];
    const end = { from: ink.length, to: ink.length };
    const gap = next ? widestGap(ink, blank, group.last, next.first) : end;
    const own = { from: start, to: gap.from };
    start = gap.to;
    const { from, to } = trimmed(ink, blank, own, { from: Math.floor(group.first), to: group.last + 1 });
    if (!MARK.test(group.letters[0]!.character)) return { from, to };
    return { from, to: Math.max(to, Math.min(gap.to, from + height)) };
  });
}

/** The part of a line between columns and rows of its crop, as it was read. */
function quadOf({ quad, crop, tall, angle }: Line, columns: Range, rows: Range): Quad {
  const { width, height } = crop;
  const corners = quad ?? ([[0, 0], [width, 0], [width, height], [0, height]] as Quad); // prettier-ignore
  const [x0, x1] = share(columns, width, angle === 180);
  const [y0, y1] = share(rows, height, angle === 180);
  const at = tall
    ? (x: number, y: number) => pointOf(corners, 1 - y, x)
    : (x: number, y: number) => pointOf(corners, x, y);
  return tall
    ? [at(x0, y1), at(x0, y0), at(x1, y0), at(x1, y1)]
    : [at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)];
}

function share({ from, to }: Range, whole: number, turned: boolean): [number, number] {
  return turned ? [1 - to / whole, 1 - from / whole] : [from / whole, to / whole];
}

/** The point of a quad at shares of its width and height, in whole pixels. */
function pointOf([a, b, c, d]: Quad, x: number, y: number): Point {
  const along = (from: number, to: number, by: number): number => from + (to - from) * by;
  const value = (axis: 0 | 1): number =>
    Math.round(along(along(a[axis], b[axis], x), along(d[axis], c[axis], x), y));
  return [value(0), value(1)];
}
