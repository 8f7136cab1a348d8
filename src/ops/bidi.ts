/** A part of a line with one direction. */
export interface DirectedRun {
  /** In reading order. */
  readonly text: string;
  readonly rightToLeft: boolean;
}

/** Left, right, a number of 0 to 9, a number in Arabic, none of its own. */
type Direction = 'L' | 'R' | 'E' | 'A' | '-';

const RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const ARABIC = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const EUROPEAN_DIGIT = /[0-9\u06f0-\u06f9]/;
const ARABIC_DIGIT = /[\u0660-\u0669\u066b\u066c]/;
const SIGN = /[+-]/;
const SEPARATOR = /[,./:\u060c]/;
const UNIT = /[#%\u066a\u00b0\p{Sc}]/u;

/**
 * The runs of a line from left to right, as the Unicode bidirectional algorithm (UAX 9) orders them for text without
 * directional controls; brackets are ordered as other characters without a direction are. The first letter tells the direction
 * of the line.
 */
export function directedRuns(line: string): DirectedRun[] {
  if (!RIGHT.test(line) && !ARABIC_DIGIT.test(line)) return [{ text: line, rightToLeft: false }];
  const characters = Array.from(line);
  const first = characters.map(ownDirection).find((direction) => direction === 'L' || direction === 'R');
  const base = first === 'R' ? 'R' : 'L';
  const lowest = base === 'R' ? 1 : 0;
  const levels = resolved(characters, base).map((direction) =>
    direction === 'R' ? 1 : direction === 'L' ? 2 * lowest : 2,
  );
  const runs: { text: string; level: number }[] = [];
  characters.forEach((character, at) => {
    const last = runs.at(-1);
    const level = levels[at] ?? lowest;
    if (last?.level === level) last.text += character;
    else runs.push({ text: character, level });
  });
  for (const level of [2, 1]) reverseFrom(runs, level);
  return runs.map(({ text, level }) => ({ text, rightToLeft: level === 1 }));
}

/** Reverses each sequence of runs of at least a level (rule L2). */
function reverseFrom(runs: { level: number }[], level: number): void {
  for (let start = 0; start < runs.length; start++) {
    let end = start;
    while ((runs[end]?.level ?? -1) >= level) end++;
    runs.splice(start, end - start, ...runs.slice(start, end).reverse());
    start = Math.max(start, end);
  }
}

function ownDirection(character: string): Direction {
  if (EUROPEAN_DIGIT.test(character)) return 'E';
  if (ARABIC_DIGIT.test(character)) return 'A';
  if (!/\p{L}/u.test(character)) return '-';
  return RIGHT.test(character) ? 'R' : 'L';
}

/** The direction of each character (rules W1 to W7, N1 and N2). */
function resolved(characters: readonly string[], base: 'L' | 'R'): Direction[] {
  const directions = characters.map(ownDirection);
  let afterArabic = false;
  characters.forEach((character, at) => {
    const own = directions[at];
    if (/\p{M}/u.test(character)) directions[at] = directions[at - 1] ?? base;
    else if (own === 'L' || own === 'R') afterArabic = ARABIC.test(character);
    else if (own === 'E' && afterArabic) directions[at] = 'A';
  });
  joinNumbers(characters, directions);
  let strong: Direction = base;
  directions.forEach((direction, at) => {
    if (direction === 'L' || direction === 'R') strong = direction;
    else if (direction === 'E' && strong === 'L') directions[at] = 'L';
  });
  for (let start = 0; start < directions.length; start++) {
    if (directions[start] !== '-') continue;
    let end = start;
    while (directions[end] === '-') end++;
    const [before, after] = [sideOf(directions[start - 1], base), sideOf(directions[end], base)];
    directions.fill(before === after ? before : base, start, end);
  }
  return directions;
}

/** Separators within a number and units beside one belong to it (rules W4 and W5). */
function joinNumbers(characters: readonly string[], directions: Direction[]): void {
  characters.forEach((character, at) => {
    const before = directions[at - 1];
    if (directions[at] !== '-' || before !== directions[at + 1]) return;
    if (before === 'E' && (SIGN.test(character) || SEPARATOR.test(character))) directions[at] = 'E';
    if (before === 'A' && SEPARATOR.test(character)) directions[at] = 'A';
  });
  const isUnit = (at: number): boolean => directions[at] === '-' && UNIT.test(characters[at] ?? '');
  for (let at = 0; at < directions.length; at++) {
    if (isUnit(at) && directions[at - 1] === 'E') directions[at] = 'E';
  }
  for (let at = directions.length - 1; at >= 0; at--) {
    if (isUnit(at) && directions[at + 1] === 'E') directions[at] = 'E';
  }
}

function sideOf(direction: Direction | undefined, base: 'L' | 'R'): 'L' | 'R' {
  if (direction === undefined) return base;
  return direction === 'L' ? 'L' : 'R';
}

/** Opening and closing brackets, side by side. */
const BRACKETS = '()[]{}<>«»';

/** Brackets of the other side: those of text from right to left open to the left. */
export function mirrored(text: string): string {
  return text.replace(/[()[\]{}<>«»]/g, (bracket) => BRACKETS.charAt(BRACKETS.indexOf(bracket) ^ 1));
}

/** The text in reading order of a line whose characters are given as they stand, from left to right. */
export function readingOrder(displayed: string): string {
  return directedRuns(displayed)
    .map(({ text, rightToLeft }) => (rightToLeft ? mirrored(reversed(text)) : text))
    .join('');
}

/** Marks stay behind the letter that they stand at. */
function reversed(text: string): string {
  return (text.match(/\P{M}\p{M}*|\p{M}+/gu) ?? []).reverse().join('');
}
