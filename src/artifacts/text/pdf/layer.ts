import type { Point, Quad, TextLine } from '../../../contracts/results.js';
import { directedRuns } from '../../../ops/bidi.js';
import { readingQuad, turned, type ReadText } from '../page.js';
import { widthOf, type GlyphlessFont } from './glyphless-font.js';

/** From pixels of the page's picture to points of the PDF's page. */
export type ToPoints = (point: Point) => Point;

/** The visible part of a page in points, and by how many degrees viewers turn it clockwise. */
export interface PageBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rotate: number;
}

/** How pixels of a rendered page lie on it: PDF's y grows upwards, and the picture is turned by the page's rotation. */
export function pointsOf({ x, y, width, height, rotate }: PageBox, picture: ReadText): ToPoints {
  const isTurned = rotate === 90 || rotate === 270;
  const scaleX = (isTurned ? height : width) / picture.width;
  const scaleY = (isTurned ? width : height) / picture.height;
  return ([pixelX, pixelY]) => {
    const [right, down] = [pixelX * scaleX, pixelY * scaleY];
    switch (rotate) {
      case 90:
        return [x + down, y + right];
      case 180:
        return [x + width - right, y + down];
      case 270:
        return [x + width - down, y + height - right];
      default:
        return [x + right, y + height - down];
    }
  };
}

const rounded = (value: number): string => Number(value.toFixed(4)).toString();

/**
 * Operators of an invisible text (rendering mode 3): words where the record has them, else lines, each as wide and as high as its
 * quad.
 * @param font the name of the font among the page's resources
 */
export function textLayer(read: ReadText, toPoints: ToPoints, font: string, codes: GlyphlessFont): string {
  const rows: string[] = [];
  for (const line of read.result.lines) {
    for (const { text, quad } of piecesOf(line, read)) {
      if (text !== '') rows.push(shownText(text, quad.map(toPoints) as Quad, font, codes));
    }
  }
  return rows.length === 0 ? '' : `q\nBT\n3 Tr\n${rows.join('')}ET\nQ\n`;
}

/**
 * The words of a line as they read, or the whole line. A word that its neighbour follows without a space, as in Chinese, reaches up
 * to that: a gap would be read as a space.
 */
function piecesOf(line: TextLine, read: ReadText): { text: string; quad: Quad }[] {
  const { text = '', words, angle } = line;
  if (words === undefined) return [{ text, quad: readingQuad(line, read) }];
  const pieces = words.map((word) => ({
    text: word.text,
    quad: angle === 180 ? turned(word.quad) : word.quad,
  }));
  let end = 0;
  return pieces.map((piece, i) => {
    const start = text.indexOf(piece.text, end);
    if (start !== -1) end = start + piece.text.length;
    const next = pieces[i + 1];
    if (start === -1 || !next || !text.startsWith(next.text, end)) return piece;
    const [upperStart, , , lowerStart] = piece.quad;
    const [upperEnd, , , lowerEnd] = next.quad;
    return { text: piece.text, quad: [upperStart, upperEnd, lowerEnd, lowerStart] };
  });
}

function shownText(text: string, [start, , end, origin]: Quad, font: string, codes: GlyphlessFont): string {
  const [x, y] = origin;
  const width = Math.hypot(end[0] - x, end[1] - y);
  const size = Math.hypot(start[0] - x, start[1] - y);
  if (!(width > 0 && size > 0)) return '';
  const runs = directedRuns(text).map((run) => ({
    ...run,
    natural: Array.from(run.text).reduce((sum, character) => sum + widthOf(character), 0) / 1000,
  }));
  const stretch = width / runs.reduce((sum, { natural }) => sum + natural, 0);
  const [cos, sin] = [(end[0] - x) / width, (end[1] - y) / width];
  let from = 0;
  let shown = `/${font} 1 Tf\n`;
  for (const run of runs) {
    const to = from + run.natural * stretch;
    // Text from right to left starts at its right end and is mirrored: readers of PDFs take unmirrored text as ordered for display.
    const [at, sign] = run.rightToLeft ? [to, -1] : [from, 1];
    // A matrix rather than Tz: the horizontal scale and the direction are in it.
    const along = [cos * stretch * sign, sin * stretch * sign];
    const matrix = [...along, -sin * size, cos * size, x + cos * at, y + sin * at].map(rounded).join(' ');
    shown += `${matrix} Tm\n${codes.encode(run.text)} Tj\n`;
    from = to;
  }
  return shown;
}
