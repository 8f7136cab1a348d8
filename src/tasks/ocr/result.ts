import type { OcrResult, TextLine, TextWord } from '../../contracts/results.js';
import { readingOrder as readingOrderOf } from '../../ops/bidi.js';
import type { OcrConfig } from './config.js';
import { isTall } from './crops.js';
import { readingRows } from './layout/reading-rows.js';
import { directionOf, lengthOf, type Line } from './line.js';
import type { Page } from './page.js';
import type { TextBox } from './text-box.js';

/** How lines are handed out. */
export interface OutputSettings extends Pick<OcrConfig, 'readingOrder'> {
  /** Lowest score of a line; undefined if nothing is read. */
  readonly threshold: number | undefined;
}

type Place = Pick<Line, 'quad' | 'tall' | 'angle'>;

/** What is handed out: lines that have text, quads in pixels of the picture that came in. */
export function resultOf(lines: readonly Line[], page: Page, output: OutputSettings): OcrResult {
  const { readingOrder, threshold } = output;
  const kept = lines.filter(
    ({ reading }) => !reading || (lengthOf(reading) > 0 && reading.score >= (threshold ?? 0)),
  );
  const rows = rowsOf(kept.map(inReadingOrder), readingOrder);
  const texts = rows.map((row) => row.map(({ reading }) => reading?.text ?? '').join(' '));
  return {
    lines: rows.flat().map((line) => textLine(line, page)),
    ...(threshold !== undefined && { text: texts.join('\n') }),
    ...angleOf(lines, page),
  };
}

/** What is handed out where nothing is read: quads in pixels of the picture that came in. */
export function foundResult(boxes: readonly TextBox[], page: Page, output: OutputSettings): OcrResult {
  const places = boxes.map(({ quad }) => ({ quad, tall: isTall(quad) }));
  const ordered = rowsOf(places, output.readingOrder).flat();
  return { lines: ordered.map(({ quad }) => ({ quad: page.restore(quad) })), ...angleOf(boxes, page) };
}

/** The lines of a page row by row. */
function rowsOf<Line extends Place>(lines: readonly Line[], readingOrder: boolean): Line[][] {
  if (!readingOrder || lines.length < 2) return lines.map((line) => [line]);
  const laid = lines.map((line) => ({ quad: line.quad!, direction: directionOf(line) }));
  return readingRows(laid).map((row) => row.map((i) => lines[i]!));
}

/** Of a page without lines nothing tells how it lies. */
const angleOf = (lines: readonly unknown[], { angle }: Page): Pick<OcrResult, 'angle'> =>
  lines.length > 0 && angle !== undefined ? { angle } : {};

function textLine({ quad, angle, angleScore, reading, words }: Line, page: Page): TextLine {
  return {
    ...(quad && { quad: page.restore(quad) }),
    ...(angle !== undefined && { angle }),
    ...(angleScore !== undefined && { angleScore }),
    ...(reading && { text: reading.text, score: reading.score }),
    ...(words && { words }),
  };
}

/** The line's text and words as they are read: networks give characters from left to right. */
function inReadingOrder(line: Line): Line {
  const { reading, words } = line;
  const text = readingOrderOf(reading?.text ?? '');
  return {
    ...line,
    ...(reading && { reading: { ...reading, text } }),
    ...(words && { words: wordsInOrder(words, text) }),
  };
}

function wordsInOrder(words: readonly TextWord[], line: string): TextWord[] {
  const placed = words.map((word) => {
    const text = readingOrderOf(word.text);
    return { word: { ...word, text }, at: line.indexOf(text) };
  });
  const isChanged = placed.some(({ word }, i) => word.text !== words[i]?.text);
  if (isChanged && placed.every(({ at }) => at !== -1)) placed.sort((a, b) => a.at - b.at);
  return placed.map(({ word }) => word);
}
