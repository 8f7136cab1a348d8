import type { OcrResult, TextLine } from '../../contracts/results.js';
import { lengthOf, type Line } from './line.js';
import type { Page } from './page.js';

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
    ...(lines.length > 0 && page.angle !== undefined && { angle: page.angle }),
  };
}

function textLine({ quad, angle, angleScore, reading }: Line, page: Page): TextLine {
  return {
    ...(quad && { quad: page.restore(quad) }),
    ...(angle !== undefined && { angle }),
    ...(angleScore !== undefined && { angleScore }),
    ...(reading && { text: reading.text, score: reading.score }),
  };
}
