import type { Font } from 'fontkit';
import { directedRuns, mirrored } from '../../ops/bidi.js';
import { fontFor } from './fonts.js';
import { scriptOf, type Script } from './scripts.js';

/** A line of text as a path, with its baseline starting at 0, 0. */
export interface TextShape {
  /** SVG path data. */
  readonly d: string;
  readonly width: number;
}

/** As multiples of the font size: the height of a line, and the distance from its top to its baseline. */
export const LINE_HEIGHT = 1.3;
export const BASELINE = 0.99;

const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}\uFE00-\uFE0F]/gu;
const WHITE = /[\s\p{Cc}]+/gu;

/** Drawn for a character that no available font has. */
const MISSING = '□';

/** The text to draw: composed, without invisible characters. */
const plainText = (text: string): string =>
  text.normalize('NFC').replace(INVISIBLE, '').replace(WHITE, ' ').trim();

/**
 * The scripts of which the text has characters that no available font has.
 * @throws FdeployError ARTIFACT_FAILED when FDEPLOY_FONT names a file that is not a font
 */
export function missingScripts(text: string): Set<Script> {
  const missing = Array.from(plainText(text)).filter(
    (character) =>
      character !== ' ' && !/\p{M}/u.test(character) && fontFor(character.codePointAt(0)!) === undefined,
  );
  return new Set(missing.map(scriptOf));
}

/** A part of a line in one font and direction. */
interface Piece {
  readonly font: Font;
  text: string;
}

/** The text split where the font changes, in reading order. `readable`: a font has one of its visible characters. */
function pieces(text: string): { parts: Piece[]; readable: boolean } {
  const parts: Piece[] = [];
  let readable = false;
  for (const character of text) {
    const last = parts.at(-1);
    const follows = character === ' ' || /\p{M}/u.test(character);
    const font = follows && last ? last.font : fontFor(character.codePointAt(0)!);
    readable ||= font !== undefined && character !== ' ';
    const used = font ?? fontFor(MISSING.codePointAt(0)!)!;
    const shown = font ? character : MISSING;
    if (last?.font === used) last.text += shown;
    else parts.push({ font: used, text: shown });
  }
  return { parts, readable };
}

const number = (value: number): string => (Math.round(value * 100) / 100).toString();

/**
 * The outlines of a text, so that drawing the SVG needs no font.
 *
 * @param size font size in pixels
 * @returns undefined if no available font has any of the text's characters; `□` replaces single missing ones
 */
export function shapeText(text: string, size: number): TextShape | undefined {
  const line = plainText(text);
  let readable = line === '';
  let d = '';
  let width = 0;
  for (const { text: own, rightToLeft } of directedRuns(line)) {
    const run = pieces(rightToLeft ? mirrored(own) : own);
    readable ||= run.readable;
    for (const piece of rightToLeft ? run.parts.reverse() : run.parts) {
      const scale = size / piece.font.unitsPerEm;
      const direction = rightToLeft ? 'rtl' : 'ltr';
      const { glyphs, positions } = piece.font.layout(piece.text, undefined, undefined, undefined, direction);
      glyphs.forEach((glyph, at) => {
        const place = positions[at]!;
        const x = width + place.xOffset * scale;
        for (const { command, args } of glyph.path.commands) {
          d += COMMANDS[command];
          for (let i = 0; i + 1 < args.length; i += 2)
            d += `${i === 0 ? '' : ' '}${number(x + args[i]! * scale)} ${number(-(args[i + 1]! + place.yOffset) * scale)}`;
        }
        width += place.xAdvance * scale;
      });
    }
  }
  if (!readable) return undefined;
  return { d, width };
}

const COMMANDS = {
  moveTo: 'M',
  lineTo: 'L',
  quadraticCurveTo: 'Q',
  bezierCurveTo: 'C',
  closePath: 'Z',
} as const;

/** `shapeText`, truncated with an ellipsis to a width of at most `room`. */
export function shapeTextWithin(text: string, size: number, room: number): TextShape | undefined {
  const whole = shapeText(text, size);
  if (!whole || whole.width <= room) return whole;
  const characters = Array.from(text);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const cut = shapeText(`${characters.slice(0, middle).join('')}…`, size);
    if (cut && cut.width <= room) low = middle;
    else high = middle - 1;
  }
  return shapeText(`${characters.slice(0, low).join('')}…`, size);
}
