import type { BmpLayout } from './headers/bmp.js';

const END_OF_LINE = 0;
const JUMP = 2;

/** Bytes beyond the end of the file were requested. */
class Cut extends Error {}

/** Position of the next pixel, and number of lines completed. */
class Cursor {
  x = 0;
  y = 0;

  constructor(
    private readonly layout: BmpLayout,
    private readonly rgb: Uint8Array,
  ) {}

  get rest(): number {
    return this.layout.width - this.x;
  }

  get done(): boolean {
    return this.y >= this.layout.height;
  }

  put(colour: number): void {
    const { width, height, topDown, palette } = this.layout;
    const row = topDown ? this.y : height - 1 - this.y;
    const to = (row * width + this.x) * 3;
    this.rgb[to] = palette[3 * colour]!;
    this.rgb[to + 1] = palette[3 * colour + 1]!;
    this.rgb[to + 2] = palette[3 * colour + 2]!;
    this.x++;
  }

  /** `count` pixels of one colour, across lines; a full line is completed at once. */
  fill(count: number, colour: number): void {
    let left = count;
    do {
      const here = Math.min(left, this.rest);
      for (let i = 0; i < here; i++) this.put(colour);
      left -= here;
      if (this.rest === 0) {
        this.x = 0;
        this.y++;
        if (this.done) return;
      }
    } while (left > 0);
  }
}

/** Reads the file's bytes in order. */
class Bytes {
  constructor(
    private readonly file: Buffer,
    private at: number,
  ) {}

  next(): number {
    const byte = this.file[this.at++];
    if (byte === undefined) throw new Cut();
    return byte;
  }

  take(count: number): Buffer {
    const bytes = this.file.subarray(this.at, this.at + count);
    if (bytes.length < count) throw new Cut();
    this.at += count;
    return bytes;
  }
}

/**
 * Unpacks run lengths as OpenCV does: skipped pixels get the first colour of the palette; in RLE4, a skip only goes to the
 * right.
 * @returns what is wrong: `cut` if the data ends early, `broken` if a run exceeds its line
 */
export function decodeRle(file: Buffer, layout: BmpLayout, rgb: Uint8Array): 'cut' | 'broken' | undefined {
  const bytes = new Bytes(file, layout.pixelOffset);
  const cursor = new Cursor(layout, rgb);
  try {
    const whole = layout.bitsPerPixel === 4 ? unpackRle4(bytes, cursor) : unpackRle8(bytes, cursor, layout);
    return whole ? undefined : 'broken';
  } catch (error) {
    if (error instanceof Cut) return 'cut';
    throw error;
  }
}

function unpackRle4(bytes: Bytes, cursor: Cursor): boolean {
  while (!cursor.done) {
    const length = bytes.next();
    const code = bytes.next();
    if (length > 0) {
      if (length > cursor.rest) return false;
      for (let i = 0; i < length; i++) cursor.put(i % 2 === 0 ? code >> 4 : code & 15);
    } else if (code > JUMP) {
      if (code > cursor.rest) return false;
      const packed = bytes.take((((code + 1) >> 1) + 1) & ~1);
      for (let i = 0; i < code; i++) cursor.put(i % 2 === 0 ? packed[i >> 1]! >> 4 : packed[i >> 1]! & 15);
    } else if (code === JUMP) {
      const right = bytes.next();
      bytes.next();
      cursor.fill(right, 0);
    } else {
      cursor.fill(cursor.rest, 0);
    }
  }
  return true;
}

function unpackRle8(bytes: Bytes, cursor: Cursor, { width, height }: BmpLayout): boolean {
  let lineJustFilled = false;
  while (!cursor.done) {
    const length = bytes.next();
    const code = bytes.next();
    if (length > 0) {
      if (length > cursor.rest) return false;
      const line = cursor.y;
      cursor.fill(length, code);
      lineJustFilled = cursor.y > line;
    } else if (code > JUMP) {
      if (code > cursor.rest) return false;
      const indices = bytes.take((code + 1) & ~1);
      for (let i = 0; i < code; i++) cursor.put(indices[i]!);
      lineJustFilled = false;
    } else {
      // An end of line after a run that completed its line has no effect.
      const isEcho = code === END_OF_LINE && lineJustFilled && cursor.x === 0;
      if (code === JUMP) {
        const right = bytes.next();
        cursor.fill(right + bytes.next() * width, 0);
      } else if (!isEcho) {
        cursor.fill(cursor.rest + (code === END_OF_LINE ? 0 : (height - cursor.y) * width), 0);
      }
      lineJustFilled = false;
    }
  }
  return true;
}
