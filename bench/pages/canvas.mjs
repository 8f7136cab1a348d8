// A page of text as outlines, with the place of each line and word: who draws it needs no font.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as fontkit from 'fontkit';
import sharp from 'sharp';

const { resolve } = createRequire(import.meta.url);

/** The fonts that come with the install. */
export const FONTS = {
  sans: 'DejaVuSans',
  bold: 'DejaVuSans-Bold',
  serif: 'DejaVuSerif',
  'serif-bold': 'DejaVuSerif-Bold',
  mono: 'DejaVuSansMono',
  condensed: 'DejaVuSansCondensed',
  oblique: 'DejaVuSans-Oblique',
};

/** @param nameOrFile a key of FONTS, or a font file; of a collection the simplified Chinese font is taken */
export function openFont(nameOrFile) {
  const bundled = FONTS[nameOrFile];
  const file = bundled ? resolve(`dejavu-fonts-ttf/ttf/${bundled}.ttf`) : nameOrFile;
  const opened = fontkit.create(readFileSync(file));
  if (!('fonts' in opened)) return opened;
  return opened.fonts.find((font) => /SC|CN/.test(font.postscriptName)) ?? opened.fonts[0];
}

const COMMANDS = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' };
/** How far a line's box reaches above and below its baseline, of the type size. */
const ABOVE = 0.78;
const BELOW = 0.22;

export const isWide = (character) =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u.test(character);

/** Words by spaces; wide characters stand for themselves. */
export function splitWords(text) {
  const words = [];
  let word = '';
  const end = () => {
    if (word) words.push(word);
    word = '';
  };
  for (const character of text) {
    if (character === ' ' || isWide(character)) end();
    if (isWide(character)) words.push(character);
    else if (character !== ' ') word += character;
  }
  end();
  return words;
}

const box = (x0, y0, x1, y1) => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

export class Canvas {
  #paths = [];
  /** `{text, quad, words: [{text, quad}]}` in the order in which they are read. */
  lines = [];

  /** @param fonts Latin first; a character is drawn with the first that has it */
  constructor(width, height, fonts) {
    Object.assign(this, { width, height, fonts });
  }

  #font(text) {
    const fits = (font) => [...text].every((one) => font.hasGlyphForCodePoint(one.codePointAt(0)));
    const font = this.fonts.find(fits);
    if (!font) throw new Error(`no font has "${text}": name one with --cjk`);
    return font;
  }

  #shape(text, size, features = []) {
    const font = this.#font(text);
    const scale = size / font.unitsPerEm;
    const { glyphs, positions } = font.layout(text, features);
    const width = positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0) * scale;
    return { glyphs, positions, scale, width };
  }

  #draw({ glyphs, positions, scale }, left, baseline) {
    let d = '';
    let x = left;
    glyphs.forEach((glyph, i) => {
      const { xOffset, yOffset, xAdvance } = positions[i];
      for (const { command, args } of glyph.path.commands) {
        d += COMMANDS[command];
        for (let k = 0; k + 1 < args.length; k += 2) {
          const px = x + (args[k] + xOffset) * scale;
          const py = baseline - (args[k + 1] + yOffset) * scale;
          d += `${k === 0 ? '' : ' '}${px.toFixed(2)} ${py.toFixed(2)}`;
        }
      }
      x += xAdvance * scale;
    });
    this.#paths.push(d);
  }

  widthOf(text, size) {
    return this.#place(text, size).width;
  }

  /** Where each word of a line starts, from the line's left end. */
  #place(text, size) {
    const space = this.#shape(' ', size).width;
    const words = [];
    let x = 0;
    for (const [part] of text.matchAll(/ +|[^ ]+/g)) {
      if (part[0] === ' ') {
        x += part.length * space;
        continue;
      }
      for (const word of splitWords(part)) {
        const shape = this.#shape(word, size);
        words.push({ word, shape, x });
        x += shape.width;
      }
    }
    return { words, width: x };
  }

  /** One line of text from `x` on; `align` puts its end or its middle there. Gives the line's width. */
  line(x, baseline, text, size, align = 'start') {
    const { words, width } = this.#place(text, size);
    const left = x - (align === 'end' ? width : align === 'middle' ? width / 2 : 0);
    const [top, bottom] = [baseline - ABOVE * size, baseline + BELOW * size];
    const placed = words.map(({ word, shape, x: at }) => {
      this.#draw(shape, left + at, baseline);
      return { text: word, quad: box(left + at, top, left + at + shape.width, bottom) };
    });
    this.lines.push({ text, quad: box(left, top, left + width, bottom), words: placed });
    return width;
  }

  /** One column of wide characters from top to bottom around `centre`. */
  column(centre, top, text, size, advance = size) {
    const words = [...text].map((character, i) => {
      const shape = this.#shape(character, size, ['vert']);
      const y = top + i * advance;
      this.#draw(shape, centre - shape.width / 2, y + 0.88 * size);
      return { text: character, quad: box(centre - size / 2, y, centre + size / 2, y + size) };
    });
    const bottom = top + (words.length - 1) * advance + size;
    this.lines.push({ text, quad: box(centre - size / 2, top, centre + size / 2, bottom), words });
  }

  rule(x0, y0, x1, y1, width = 1) {
    const [w, h] = [Math.max(x1 - x0, width), Math.max(y1 - y0, width)];
    this.#paths.push(`M${x0} ${y0}h${w}v${h}h${-w}Z`);
  }

  frame(x, y, width, height, line = 1) {
    this.rule(x, y, x + width, y, line);
    this.rule(x, y + height, x + width + line, y + height, line);
    this.rule(x, y, x, y + height, line);
    this.rule(x + width, y, x + width, y + height, line);
  }

  /** The page as grey pixels, askew by so many degrees clockwise; what leaves the page is cut. */
  async pixels({ askew = 0, paper = '#ffffff', ink = '#000000' } = {}) {
    const { width, height } = this;
    const turn = `rotate(${askew} ${width / 2} ${height / 2})`;
    const body = this.#paths.map((d) => `<path d="${d}"/>`).join('');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${paper}"/><g fill="${ink}" transform="${turn}">${body}</g></svg>`;
    return sharp(Buffer.from(svg), { unlimited: true }).flatten().toColourspace('srgb').png().toBuffer();
  }
}
