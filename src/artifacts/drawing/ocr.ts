import type { OcrResult, Quad, TextLine } from '../../contracts/results.js';
import { classColour } from '../../ops/palette.js';
import type { Canvas } from './canvas.js';
import { px } from './canvas.js';
import { outline, shapeOr, textAt } from './labels.js';
import { shapeText } from './text.js';

const distance = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): number =>
  Math.hypot(bx - ax, by - ay);

/** The text fitted into its quad: scaled to its height and width, and rotated with it. */
function textInQuad(line: TextLine, index: number, quad: Quad): string {
  const across = distance(quad[0], quad[1]);
  const down = distance(quad[0], quad[3]);
  const vertical = down > across * 1.5;
  const length = vertical ? down : across;
  const height = vertical ? across : down;
  const size = Math.max(4, height * 0.72);
  const fallback = `[${index + 1}]`;
  const shape = shapeText(line.text ?? '', size) ?? shapeText(fallback, size);
  if (!shape || shape.width === 0) return '';
  const squeeze = Math.min(1.25, length / shape.width);
  // Horizontal lines run from the first corner to the second, vertical ones from the second to the third.
  const [from, along] = vertical ? [quad[1], quad[2]] : [quad[0], quad[1]];
  const turn = (Math.atan2(along[1] - from[1], along[0] - from[0]) * 180) / Math.PI;
  return (
    `<path transform="translate(${px(from[0])} ${px(from[1])}) rotate(${px(turn)}) scale(${squeeze.toFixed(4)} 1) ` +
    `translate(0 ${px(height * 0.5 + size * 0.36)})" fill="#14171c" d="${shape.d}"/>`
  );
}

/**
 * SVG of the lines' polygons on the picture (left) and of their texts at the same positions on white (right). Without
 * polygons, the text is below the upper edge. `[n]`: no available font has any of line n's characters.
 */
export function drawOcr(result: OcrResult, canvas: Canvas): { left: string; right: string } {
  let left = '';
  let right = '';
  let free = canvas.type * 1.5;
  result.lines.forEach((line, index) => {
    const colour = classColour(index);
    if (line.quad) {
      const quad = line.quad.map(([x, y]) => [x * canvas.scale, y * canvas.scale]) as Quad;
      const height = Math.min(distance(quad[0], quad[3]), distance(quad[0], quad[1]));
      left += outline(quad, colour, Math.max(1.5, Math.min(canvas.line, height * 0.07)));
      if (line.text === undefined) return;
      const points = quad.map(([x, y]) => `${px(x)},${px(y)}`).join(' ');
      right += `<polygon points="${points}" fill="#fff" stroke="#c3c9d0" stroke-width="${px(canvas.line * 0.4)}"/>`;
      right += textInQuad(line, index, quad);
    } else if (line.text !== undefined) {
      const shape = shapeOr(line.text, `[${index + 1}]`, canvas.type, canvas.width - canvas.type * 2);
      right += textAt(shape, canvas.type, free, '#14171c');
      free += canvas.type * 1.5;
    }
  });
  return { left, right };
}
