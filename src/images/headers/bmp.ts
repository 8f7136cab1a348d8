/** Position of a colour in a 32-bit pixel. */
export interface BmpMask {
  readonly mask: number;
  readonly shift: number;
  /** From the mask's largest value to 255. */
  readonly scale: number;
}

/** How a BMP's pixels are stored. */
export interface BmpLayout {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  /** Run lengths (RLE4 or RLE8). */
  readonly compressed: boolean;
  /** Offset of the pixels in the file. */
  readonly pixelOffset: number;
  /** 256 colours as red, green, blue; missing ones are black. */
  readonly palette: Uint8Array;
  /** 16 bits: 5-6-5 instead of 5-5-5. */
  readonly sixGreenBits: boolean;
  /** 32 bits with bit fields: of red, green, blue. */
  readonly masks: readonly BmpMask[] | undefined;
}

const CORE_HEADER = 12;
/** OpenCV treats all longer headers as BITMAPINFOHEADER or its extensions. */
const SHORTEST_INFO_HEADER = 36;
/** Headers of at least this length contain the masks. */
const MASKS_INSIDE = 56;
const FILE_HEADER = 14;

const RGB = 0;
const RLE8 = 1;
const RLE4 = 2;
const BITFIELDS = 3;

/** The size of a BMP from its header, without further checks; undefined if the header is incomplete. */
export function bmpSize(file: Buffer): { width: number; height: number } | undefined {
  if (file.length < 26) return undefined;
  if (file.readUInt32LE(14) === CORE_HEADER) {
    return { width: file.readUInt16LE(18), height: file.readUInt16LE(20) };
  }
  return { width: file.readInt32LE(18), height: Math.abs(file.readInt32LE(22)) };
}

/** The layout of a BMP of a kind that OpenCV reads, or what is wrong with its header. */
export function readBmpLayout(file: Buffer): BmpLayout | string {
  const headerBytes = file.readUInt32LE(14);
  const isCore = headerBytes === CORE_HEADER;
  if (!isCore && headerBytes < SHORTEST_INFO_HEADER)
    return `its header of ${headerBytes} bytes has an unknown type`;
  const afterHeader = FILE_HEADER + headerBytes;
  if (afterHeader > file.length) return 'its header is truncated';
  const size = bmpSize(file)!;
  const bitsPerPixel = file.readUInt16LE(isCore ? 24 : 28);
  const compression = isCore ? RGB : file.readUInt32LE(30);
  if (size.width <= 0 || size.height === 0) return 'it has no pixels';
  if (!isReadable(bitsPerPixel, compression, isCore)) {
    return `${bitsPerPixel} bits per pixel with compression ${compression} are not supported`;
  }
  const colours = isCore ? 0 : file.readUInt32LE(46);
  if (bitsPerPixel <= 8 && colours > 256) return `its palette of ${colours} colours is too long`;
  const layout = {
    ...size,
    topDown: !isCore && file.readInt32LE(22) < 0,
    bitsPerPixel,
    compressed: compression === RLE4 || compression === RLE8,
    pixelOffset: file.readUInt32LE(10),
    palette: new Uint8Array(256 * 3),
    sixGreenBits: false,
    masks: undefined,
  };
  if (bitsPerPixel <= 8) {
    const count = colours === 0 ? 1 << bitsPerPixel : colours;
    return readPalette(file, afterHeader, count, isCore ? 3 : 4, layout.palette)
      ? layout
      : 'its palette is truncated';
  }
  if (compression !== BITFIELDS) return layout;
  if (bitsPerPixel === 32) {
    return headerBytes >= MASKS_INSIDE ? { ...layout, masks: readMasks(file) } : layout;
  }
  const green = afterHeader + 12 <= file.length ? masks16(file, afterHeader) : undefined;
  if (green === undefined) return 'its bit fields are neither 5-5-5 nor 5-6-5';
  return { ...layout, sixGreenBits: green === 6 };
}

function isReadable(bitsPerPixel: number, compression: number, isCore: boolean): boolean {
  switch (compression) {
    case RGB:
      return [1, 4, 8, 24, 32].includes(bitsPerPixel) || (bitsPerPixel === 16 && !isCore);
    case BITFIELDS:
      return bitsPerPixel === 16 || bitsPerPixel === 32;
    case RLE4:
      return bitsPerPixel === 4;
    case RLE8:
      return bitsPerPixel === 8;
    default:
      return false;
  }
}

function readPalette(file: Buffer, start: number, count: number, step: number, palette: Uint8Array): boolean {
  if (start + count * step > file.length) return false;
  for (let i = 0; i < count; i++) {
    const entry = start + i * step;
    palette[3 * i] = file[entry + 2]!;
    palette[3 * i + 1] = file[entry + 1]!;
    palette[3 * i + 2] = file[entry]!;
  }
  return true;
}

/** Bits of green in the masks of a 16-bit file, if they are supported. */
function masks16(file: Buffer, at: number): 5 | 6 | undefined {
  const [red, green, blue] = [0, 4, 8].map((offset) => file.readUInt32LE(at + offset));
  if (red === 0x7c00 && green === 0x3e0 && blue === 0x1f) return 5;
  if (red === 0xf800 && green === 0x7e0 && blue === 0x1f) return 6;
  return undefined;
}

/** The masks of red, green and blue; undefined if one is empty: then the usual places are meant. */
function readMasks(file: Buffer): BmpMask[] | undefined {
  const masks = [54, 58, 62].map((at) => file.readInt32LE(at));
  if (masks.some((mask) => mask === 0)) return undefined;
  return masks.map((mask) => {
    const shift = 31 - Math.clz32(mask & -mask);
    const largest = mask >>> shift;
    return { mask, shift, scale: Math.fround(255 / largest) };
  });
}
