/** A grey page: width, height, and one byte a pixel. */
export interface TiffPage {
  width: number;
  height: number;
  data: Uint8Array;
  /** NewSubfileType: 1 is a smaller version of another page. */
  kind?: number;
  /** The pixels are in strips of so many rows. Default: one strip. */
  rowsPerStrip?: number;
}

export const greyPage = (width: number, height: number, value: number): TiffPage => ({
  width,
  height,
  data: new Uint8Array(width * height).fill(value),
});

type Entry = readonly [tag: number, type: 3 | 4, values: readonly number[]];

/** An uncompressed TIFF 6.0 of several pages, by hand; each page's pixels lie before its directory. */
export function makeTiff(pages: readonly TiffPage[], order: 'II' | 'MM' = 'II'): Buffer {
  const little = order === 'II';
  const chunks: Buffer[] = [];
  let length = 0;
  const number = (value: number, bytes: 2 | 4): Buffer => {
    const buffer = Buffer.alloc(bytes);
    if (little) buffer.writeUIntLE(value, 0, bytes);
    else buffer.writeUIntBE(value, 0, bytes);
    return buffer;
  };
  const add = (bytes: Uint8Array): number => {
    const at = length;
    const padding = bytes.length % 2;
    chunks.push(Buffer.from(bytes), Buffer.alloc(padding));
    length += bytes.length + padding;
    return at;
  };
  add(Buffer.concat([Buffer.from(order), number(42, 2), number(0, 4)]));
  let pointer = 4;
  const pointers: [at: number, value: number][] = [];
  for (const { width, height, data, kind = 0, rowsPerStrip = height } of pages) {
    const strips: Uint8Array[] = [];
    for (let row = 0; row < height; row += rowsPerStrip) {
      strips.push(data.subarray(row * width, (row + rowsPerStrip) * width));
    }
    const entries: Entry[] = [
      [254, 4, [kind]],
      [256, 4, [width]],
      [257, 4, [height]],
      [258, 3, [8]],
      [259, 3, [1]],
      [262, 3, [1]],
      [273, 4, strips.map(add)],
      [277, 3, [1]],
      [278, 4, [rowsPerStrip]],
      [279, 4, strips.map((strip) => strip.length)],
    ];
    const rows = entries.map(([tag, type, values]) => {
      const packed = Buffer.concat(values.map((value) => number(value, type === 3 ? 2 : 4)));
      const inside =
        packed.length <= 4
          ? Buffer.concat([packed, Buffer.alloc(4 - packed.length)])
          : number(add(packed), 4);
      return Buffer.concat([number(tag, 2), number(type, 2), number(values.length, 4), inside]);
    });
    const directory = add(Buffer.concat([number(entries.length, 2), ...rows, number(0, 4)]));
    pointers.push([pointer, directory]);
    pointer = directory + 2 + 12 * entries.length;
  }
  const file = Buffer.concat(chunks);
  for (const [at, value] of pointers) number(value, 4).copy(file, at);
  return file;
}
