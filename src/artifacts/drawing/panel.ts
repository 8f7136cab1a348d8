import type { Colour } from '../../ops/palette.js';
import { hex } from '../../ops/palette.js';
import type { Canvas } from './canvas.js';
import { px } from './canvas.js';
import { shapeOr, textAt } from './labels.js';
import { BASELINE, LINE_HEIGHT, shapeText } from './text.js';

/** A line of a panel: a swatch, a name, a number with a bar of its share. */
export interface PanelRow {
  readonly colour: Colour;
  readonly name: string;
  /** Shown if no available font has the name's characters. */
  readonly fallback: string;
  readonly value: string;
  /** 0 to 1. */
  readonly share: number;
  /** Drawn as an empty swatch: listed, but not painted. */
  readonly hollow?: boolean;
}

const GROUND = '#14171c';
const INK = '#fff';

/** Height of a panel of so many rows. */
export const panelHeight = (rows: number, type: number): number =>
  rows === 0 ? 0 : rows * type * LINE_HEIGHT * 1.12 + type * 0.8;

/** Number of rows that fit a height, at least one. */
export const rowsWithin = (height: number, type: number): number =>
  Math.max(1, Math.floor((height - type * 0.8) / (type * LINE_HEIGHT * 1.12)));

/**
 * SVG of rows on a dark background, with the upper left corner at `x`, `y`.
 *
 * @param width fixed width in pixels. Default: as wide as the rows, at most the canvas
 */
export function panel(
  rows: readonly PanelRow[],
  canvas: Canvas,
  x: number,
  y: number,
  width?: number,
): string {
  if (rows.length === 0) return '';
  const { type } = canvas;
  const pad = type * 0.4;
  const swatch = type * 0.8;
  const values = rows.map((row) => shapeText(row.value, type) ?? { d: '', width: 0 });
  const valueRoom = Math.max(...values.map((value) => value.width));
  const frame = 2 * pad + swatch + 2 * pad + valueRoom;
  const room = Math.max(type, (width ?? canvas.width - 2 * x) - frame);
  const names = rows.map((row) => shapeOr(row.name, row.fallback, type, room));
  const nameRoom = Math.max(...names.map((name) => name.width));
  const whole = width ?? frame + nameRoom;
  const height = panelHeight(rows.length, type);
  const step = type * LINE_HEIGHT * 1.12;
  const left = x + pad;
  let svg =
    `<rect x="${px(x)}" y="${px(y)}" width="${px(whole)}" height="${px(height)}" rx="${px(width === undefined ? pad / 2 : 0)}" ` +
    `fill="${GROUND}" fill-opacity="${width === undefined ? '0.85' : '1'}"/>`;
  rows.forEach((row, at) => {
    const top = y + type * 0.4 + at * step;
    const baseline = top + type * BASELINE + (step - type * LINE_HEIGHT) / 2;
    const middle = baseline - type * 0.36;
    const inset = canvas.line / 2;
    svg += row.hollow
      ? `<rect x="${px(left + inset)}" y="${px(middle - swatch / 2 + inset)}" width="${px(swatch - 2 * inset)}" height="${px(swatch - 2 * inset)}" fill="none" stroke="#9aa3ad" stroke-width="${px(inset)}"/>`
      : `<rect x="${px(left)}" y="${px(middle - swatch / 2)}" width="${px(swatch)}" height="${px(swatch)}" fill="${hex(row.colour)}"/>`;
    const textLeft = left + swatch + pad;
    const barRoom = whole - (textLeft - x) - pad;
    svg += `<rect x="${px(textLeft)}" y="${px(top + step - type * 0.14)}" width="${px(barRoom * Math.min(1, Math.max(0, row.share)))}" height="${px(type * 0.1)}" fill="${row.hollow ? '#9aa3ad' : hex(row.colour)}"/>`;
    svg += textAt(names[at]!, textLeft, baseline, INK);
    svg += textAt(values[at]!, x + whole - pad - values[at]!.width, baseline, INK);
  });
  return svg;
}
