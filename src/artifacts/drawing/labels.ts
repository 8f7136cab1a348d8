import { freePlace, isInside, labelPlaces, type Area } from '../../ops/label-places.js';
import type { Colour } from '../../ops/palette.js';
import { hex, inkOn } from '../../ops/palette.js';
import type { Canvas } from './canvas.js';
import { px } from './canvas.js';
import { BASELINE, LINE_HEIGHT, shapeText, shapeTextWithin } from './text.js';
import type { TextShape } from './text.js';

/** The text, or `fallback` if no available font has its characters. */
export function shapeOr(text: string, fallback: string, size: number, room: number): TextShape {
  return shapeTextWithin(text, size, room) ?? shapeText(fallback, size) ?? { d: '', width: 0 };
}

/** The name of a class in drawings: its label, or `#id` if it has none. */
export const className = (id: number, label: string | null): string => label ?? `#${id}`;

/** A path of text at a position, filled with `ink`. */
export const textAt = (shape: TextShape, x: number, baseline: number, ink: string): string =>
  `<path transform="translate(${px(x)} ${px(baseline)})" fill="${ink}" d="${shape.d}"/>`;

/** Places labels at boxes so that they overlap neither each other nor the edge of the picture. */
export class LabelPlacer {
  private readonly placed: Area[] = [];
  constructor(private readonly canvas: Canvas) {}

  /**
   * SVG of a label on a background of `colour`, at the first free position: above the box, inside its top, below it, inside
   * its bottom, at its right, in the rows below. If no position is free, it overlaps another label.
   */
  label(text: string, fallback: string, colour: Colour, box: Area): string {
    const { canvas } = this;
    const pad = canvas.type * 0.35;
    const shape = shapeOr(text, fallback, canvas.type, canvas.width - 2 * pad);
    const width = shape.width + 2 * pad;
    const height = canvas.type * LINE_HEIGHT;
    const places = labelPlaces(box, { width, height }, canvas, canvas.line / 2);
    const place = freePlace(places, this.placed, canvas) ??
      places.find((one) => isInside(one, canvas)) ?? { ...places[0]!, y: 0 };
    this.placed.push(place);
    const ink = inkOn(colour);
    return (
      `<rect x="${px(place.x)}" y="${px(place.y)}" width="${px(width)}" height="${px(height)}" fill="${hex(colour)}" ` +
      `stroke="${ink}" stroke-opacity="0.5" stroke-width="${px(Math.max(0.75, canvas.line * 0.25))}"/>` +
      textAt(shape, place.x + pad, place.y + canvas.type * BASELINE, ink)
    );
  }
}

/** A closed line in `colour` with a contrasting outline, visible on any background. */
export function outline(
  points: readonly (readonly [number, number])[],
  colour: Colour,
  line: number,
): string {
  const d = `M${points.map(([x, y]) => `${px(x)} ${px(y)}`).join('L')}Z`;
  const halo = inkOn(colour);
  return (
    `<path d="${d}" fill="none" stroke="${halo}" stroke-opacity="0.75" stroke-linejoin="round" stroke-width="${px(line * 2)}"/>` +
    `<path d="${d}" fill="none" stroke="${hex(colour)}" stroke-linejoin="round" stroke-width="${px(line)}"/>`
  );
}
