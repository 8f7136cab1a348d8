import { loadSharp } from '../images/sharp-settings.js';

export type PaletteColour = readonly [red: number, green: number, blue: number];

/** Bytes of the PNG signature; the header chunk follows: length, type, 13 bytes of data, checksum. */
const SIGNATURE = 8;
const HEADER_DATA = SIGNATURE + 8;
const HEADER_END = HEADER_DATA + 13;
const COLOUR_TYPE = HEADER_DATA + 9;
const INDEXED = 3;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 of PNG (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), data.length + 8);
  return bytes;
}

/**
 * A label map as a PNG with ids as pixel values: palette indices up to 255, else 16-bit grey values. An 8-bit indexed PNG
 * differs from a grey one only in its header and palette, so no quantisation changes the ids.
 * @param labels row by row
 * @param colour of an id; only called for a palette
 */
export async function encodeLabelPng(
  labels: Uint8Array | Uint16Array,
  width: number,
  height: number,
  colour: (id: number) => PaletteColour,
): Promise<Buffer> {
  const sharp = await loadSharp();
  const grey = sharp(labels, { raw: { width, height, channels: 1 } });
  if (labels instanceof Uint16Array) return grey.toColourspace('grey16').png().toBuffer();
  const png = await grey.toColourspace('b-w').png().toBuffer();
  const palette = new Uint8Array(256 * 3);
  for (let id = 0; id < 256; id++) palette.set(colour(id), id * 3);
  const header = Buffer.from(png.subarray(HEADER_DATA, HEADER_END));
  header[COLOUR_TYPE - HEADER_DATA] = INDEXED;
  return Buffer.concat([
    png.subarray(0, SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', palette),
    png.subarray(HEADER_END + 4),
  ]);
}
