import type { PDFContext, PDFRef } from '@cantoo/pdf-lib';
import { loadPdfLibrary } from './package.js';

/** Widths in thousandths of the font's size: wide for characters of East Asia, else narrow. */
export const NARROW = 500;
export const WIDE = 1000;
const EAST_ASIAN =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3ffff}]/u;

export const widthOf = (character: string): number => (EAST_ASIAN.test(character) ? WIDE : NARROW);

/** A CMap has at most this many entries in one block (Adobe Technical Note 5014). */
const BLOCK = 100;

const hex = (value: number): string => value.toString(16).padStart(4, '0');

/**
 * A font whose characters are invisible and extractable: a Type 0 font (ISO 32000-1, 9.7) over a TrueType font without outlines.
 * Each character of the document has a code, which a ToUnicode map turns into text, so no script needs a font of its own.
 */
export class GlyphlessFont {
  readonly #codes = new Map<string, number>();

  /** The codes of a text, as a string of a content stream. */
  encode(text: string): string {
    let codes = '';
    for (const character of text) {
      let code = this.#codes.get(character);
      if (code === undefined) this.#codes.set(character, (code = this.#codes.size + 1));
      codes += hex(code);
    }
    return `<${codes}>`;
  }

  /** Adds the font to a document, after the last `encode`. */
  async embed(context: PDFContext, ref: PDFRef): Promise<void> {
    const { PDFString } = await loadPdfLibrary();
    const program = trueType();
    const file = context.register(context.flateStream(program, { Length1: program.length }));
    const descriptor = context.register(
      context.obj({
        Type: 'FontDescriptor',
        FontName: 'Glyphless',
        Flags: 5,
        FontBBox: [0, 0, WIDE, 1000],
        ItalicAngle: 0,
        Ascent: 1000,
        Descent: 0,
        CapHeight: 1000,
        StemV: 80,
        FontFile2: file,
      }),
    );
    const toGlyph = new Uint8Array(2 * (this.#codes.size + 1)); // glyph 0 for every code
    const descendant = context.register(
      context.obj({
        Type: 'Font',
        Subtype: 'CIDFontType2',
        BaseFont: 'Glyphless',
        CIDSystemInfo: { Registry: PDFString.of('Adobe'), Ordering: PDFString.of('Identity'), Supplement: 0 },
        FontDescriptor: descriptor,
        CIDToGIDMap: context.register(context.flateStream(toGlyph)),
        DW: NARROW,
        W: [1, [...this.#codes.keys()].map(widthOf)],
      }),
    );
    context.assign(
      ref,
      context.obj({
        Type: 'Font',
        Subtype: 'Type0',
        BaseFont: 'Glyphless',
        Encoding: 'Identity-H',
        DescendantFonts: [descendant],
        ToUnicode: context.register(context.flateStream(this.#toUnicode())),
      }),
    );
  }

  #toUnicode(): string {
    const rows = [...this.#codes].map(([character, code]) => {
      const units = Array.from({ length: character.length }, (_, i) => hex(character.charCodeAt(i)));
      return `<${hex(code)}> <${units.join('')}>`;
    });
    const blocks: string[] = [];
    for (let at = 0; at < rows.length; at += BLOCK) {
      const block = rows.slice(at, at + BLOCK);
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`);
    }
    return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
${blocks.join('')}endcmap
CMapName currentdict /CMap defineresource pop
end
end
`;
  }
}

/** A TrueType font with one empty glyph (the OpenType specification, chapter by table). */
function trueType(): Uint8Array {
  const tables: [tag: string, bytes: number[]][] = [
    ['glyf', [0, 0, 0, 0]],
    [
      'head',
      words([
        1, 0, 1, 0, 0, 0, 0x5f0f, 0x3cf5, 0, 1000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 1000, 0, 8, 2, 0, 0,
      ]),
    ],
    ['hhea', words([1, 0, 1000, 0, 0, 500, 0, 0, 500, 1, 0, 0, 0, 0, 0, 0, 0, 1])],
    ['hmtx', words([500, 0])],
    ['loca', words([0, 0])],
    ['maxp', words([1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])],
  ];
  const head = words([1, 0, tables.length, 64, 2, tables.length * 16 - 64]);
  let offset = head.length + tables.length * 16;
  const directory: number[] = [];
  const body: number[] = [];
  for (const [tag, bytes] of tables) {
    const padded = [...bytes, ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0)];
    directory.push(...Buffer.from(tag), ...long(checksum(padded)), ...long(offset), ...long(bytes.length));
    body.push(...padded);
    offset += padded.length;
  }
  return Uint8Array.from([...head, ...directory, ...body]);
}

const words = (values: readonly number[]): number[] =>
  values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]);
const long = (value: number): number[] => words([value >>> 16, value & 0xffff]);

/** The sum of a table's 32-bit numbers. */
function checksum(bytes: readonly number[]): number {
  const data = Buffer.from(bytes);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum = (sum + data.readUInt32BE(at)) >>> 0;
  return sum;
}
