import type { OcrResult, TextLine } from '../../contracts/results.js';
import { lengthOf, type Line } from './line.js';
import type { Page } from './page.js';
import type { TextBox } from './text-box.js';

/**
 * What is handed out: lines that have text, quads in pixels of the picture that came in.
 * @param threshold lowest score of a line; undefined if nothing is read
 */
export function resultOf(lines: readonly Line[], page: Page, threshold: number | undefined): OcrResult {
  const kept = lines.filter(
    ({ reading }) => !reading || (lengthOf(reading) > 0 && reading.score >= (threshold ?? 0)),
  );
  const shown = kept.map((line) => textLine(line, page));
  return {
    lines: shown,
    ...(threshold !== undefined && { text: shown.map(({ text }) => text).join('\n') }),
    ...angleOf(lines, page),
  };
}

/** What is handed out where nothing is read: quads in pixels of the picture that came in. */
export function foundResult(boxes: readonly TextBox[], page: Page): OcrResult {
  return { lines: boxes.map(({ quad }) => ({ quad: page.restore(quad) })), ...angleOf(boxes, page) };
}

/** Of a page without lines nothing tells how it lies. */
const angleOf = (lines: readonly unknown[], { angle }: Page): Pick<OcrResult, 'angle'> =>
  lines.length > 0 && angle !== undefined ? { angle } : {};

function textLine({ quad, angle, angleScore, reading }: Line, page: Page): TextLine {
  return {
    ...(quad && { quad: page.restore(quad) }),
    ...(angle !== undefined && { angle }),
    ...(angleScore !== undefined && { angleScore }),
    ...(reading && { text: reading.text, score: reading.score }),
  };
}
