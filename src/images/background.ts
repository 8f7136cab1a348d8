import { FdeployError } from '../contracts/errors.js';
import type { Background, Picture } from '../contracts/picture.js';

interface Rgba {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The colours are premultiplied. */
  readonly premultiplied?: boolean;
  readonly order?: 'rgb' | 'bgr';
}

type Colour = readonly [red: number, green: number, blue: number];

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
const MIDDLE = 127.5;

/**
 * Blends an RGBA picture with a background colour.
 * @param background `auto`: black where the visible pixels are light on average, else white; `drop`: the colours as
 *   they are, alpha left out
 */
export function blend(picture: Rgba, background: Background): Picture {
  const { data, width, height, premultiplied = false, order = 'rgb' } = picture;
  const rgb = new Uint8Array(width * height * 3);
  if (background === 'drop') dropAlpha(data, rgb);
  else if (premultiplied) layOver(data, rgb, colourOf(background, data, true, order));
  else mix(data, rgb, colourOf(background, data, false, order));
  return { data: rgb, width, height, channels: 3, order };
}

function dropAlpha(rgba: Uint8Array, rgb: Uint8Array): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!;
    rgb[to + 1] = rgba[from + 1]!;
    rgb[to + 2] = rgba[from + 2]!;
  }
}

function mix(rgba: Uint8Array, rgb: Uint8Array, [red, green, blue]: Colour): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!;
    const rest = 255 - alpha;
    rgb[to] = (rgba[from]! * alpha + red * rest + 127) / 255;
    rgb[to + 1] = (rgba[from + 1]! * alpha + green * rest + 127) / 255;
    rgb[to + 2] = (rgba[from + 2]! * alpha + blue * rest + 127) / 255;
  }
}

function layOver(rgba: Uint8Array, rgb: Uint8Array, [red, green, blue]: Colour): void {
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const rest = 255 - rgba[from + 3]!;
    rgb[to] = Math.min(255, rgba[from]! + (red * rest + 127) / 255);
    rgb[to + 1] = Math.min(255, rgba[from + 1]! + (green * rest + 127) / 255);
    rgb[to + 2] = Math.min(255, rgba[from + 2]! + (blue * rest + 127) / 255);
  }
}

/** The background colour, in the picture's channel order. */
function colourOf(
  background: Exclude<Background, 'drop'>,
  pixels: Uint8Array,
  premultiplied: boolean,
  order: 'rgb' | 'bgr',
): Colour {
  if (background === 'auto') return contrastingColour(pixels, premultiplied, order === 'rgb' ? 0 : 2);
  const [red, green, blue] = parseColour(background);
  return order === 'rgb' ? [red, green, blue] : [blue, green, red];
}

/**
 * Black if the visible pixels, weighted with their alpha, are light (BT.601 luma), else white.
 * @param red index of red in a pixel, 0 or 2
 */
function contrastingColour(pixels: Uint8Array, premultiplied: boolean, red: 0 | 2): Colour {
  let light = 0;
  let weight = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3]!;
    const luma = 0.299 * pixels[i + red]! + 0.587 * pixels[i + 1]! + 0.114 * pixels[i + 2 - red]!;
    light += premultiplied ? 255 * luma : alpha * luma;
    weight += alpha;
  }
  return weight > 0 && light / weight > MIDDLE ? BLACK : WHITE;
}

/**
 * The colour that `#rrggbb` names.
 * @throws FdeployError BAD_OPTION if it is not a colour
 */
export function parseColour(text: string): Colour {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex === undefined) {
    throw new FdeployError('BAD_OPTION', `The background must be drop, auto or #rrggbb, not ${text}.`, {
      file: 'background',
      expected: 'drop, auto or #rrggbb',
      found: text,
    });
  }
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
