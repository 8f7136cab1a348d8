import { FdeployError } from '../contracts/errors.js';
import type { Background, Picture } from '../contracts/picture.js';

interface Rgba {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

type Colour = readonly [red: number, green: number, blue: number];

const WHITE: Colour = [255, 255, 255];
const BLACK: Colour = [0, 0, 0];
const MIDDLE = 127.5;

/**
 * An RGBA picture laid over a background colour.
 * @param background `auto`: black where the visible pixels are light on average, else white; `drop`: the colour under the alpha
 */
export function blend(picture: Rgba, background: Background): Picture {
  const { data, width, height } = picture;
  const rgb = new Uint8Array(width * height * 3);
  const [red, green, blue] = background === 'drop' ? BLACK : colourOf(background, data);
  const drop = background === 'drop';
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    const alpha = drop ? 255 : data[from + 3]!;
    const rest = 255 - alpha;
    rgb[to] = (data[from]! * alpha + red * rest + 127) / 255;
    rgb[to + 1] = (data[from + 1]! * alpha + green * rest + 127) / 255;
    rgb[to + 2] = (data[from + 2]! * alpha + blue * rest + 127) / 255;
  }
  return { data: rgb, width, height, channels: 3, order: 'rgb' };
}

function colourOf(background: Exclude<Background, 'drop'>, rgba: Uint8Array): Colour {
  return background === 'auto' ? contrastingColour(rgba) : parseColour(background);
}

/** Black for a picture whose visible pixels, weighted with their alpha, are light (luma of BT.601), else white. */
function contrastingColour(rgba: Uint8Array): Colour {
  let light = 0;
  let weight = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    light += alpha * (0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!);
    weight += alpha;
  }
  return weight > 0 && light / weight > MIDDLE ? BLACK : WHITE;
}

/**
 * The colour that `#rrggbb` names.
 * @throws FdeployError BAD_OPTION where it is none
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
