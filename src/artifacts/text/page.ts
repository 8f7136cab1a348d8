import type { OkRecord, OcrResult, Quad, TextLine } from '../../contracts/results.js';

/** What was read on a page: a page of a document, or a picture. */
export interface TextPage {
  /** Its number in the document, from 1; 1 for a picture. */
  readonly number: number;
  /** Nothing is known of a page that failed. */
  readonly read?: ReadText;
}

/** The text of a page and the size of its picture in pixels. */
export interface ReadText {
  readonly width: number;
  readonly height: number;
  readonly result: OcrResult;
}

/** The part of a record that text files are made of. */
export function textOf({ width, height, result }: OkRecord<'ocr'>): ReadText {
  return { width, height, result };
}

/** Upper left corner, lower right corner: x0, y0, x1, y1. */
export type Box = readonly [number, number, number, number];

/**
 * The corners of a line as it reads: from the start of its upper edge, clockwise. Where no detection ran, the line is the page.
 */
export function readingQuad({ quad, angle }: TextLine, { width, height }: ReadText): Quad {
  if (quad === undefined) {
    return [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ];
  }
  return angle === 180 ? turned(quad) : quad;
}

/** A quad that is read upside down. */
export const turned = ([a, b, c, d]: Quad): Quad => [c, d, a, b];

/** The upright box around a quad, in whole pixels of the page. */
export function boxAround(quad: Quad, { width, height }: ReadText): Box {
  const xs = quad.map(([x]) => x);
  const ys = quad.map(([, y]) => y);
  const within = (value: number, most: number): number => Math.min(Math.max(Math.round(value), 0), most);
  return [
    within(Math.min(...xs), width),
    within(Math.min(...ys), height),
    within(Math.max(...xs), width),
    within(Math.max(...ys), height),
  ];
}

/** Direction of reading, in degrees counter-clockwise from left to right, from -180 to 180. */
export function directionOf([[x0, y0], [x1, y1]]: Quad): number {
  const degrees = (Math.atan2(y0 - y1, x1 - x0) * 180) / Math.PI;
  return degrees === 0 ? 0 : degrees; // not -0
}
