import { plainHeader, type PictureHeader } from './header.js';

/** A box of ISO/IEC 14496-12. `end` is its declared end, which may exceed the file. */
export interface Box {
  readonly type: string;
  readonly content: number;
  readonly end: number;
}

/** The boxes that start between two offsets of a file, as far as they can be read. */
export function* boxes(file: Buffer, from: number, to: number): Generator<Box, void, undefined> {
  for (let at = from; at + 8 <= Math.min(to, file.length);) {
    const type = file.toString('latin1', at + 4, at + 8);
    let size = file.readUInt32BE(at);
    let content = at + 8;
    if (size === 1) {
      if (at + 16 > file.length) return;
      size = Number(file.readBigUInt64BE(at + 8));
      content = at + 16;
    } else if (size === 0) size = to - at; // up to the end
    if (at + size < content) return;
    yield { type, content, end: at + size };
    at += size;
  }
}

/** Some boxes start with a version and flags. */
const FULL_BOX = 4;

/** Path of the boxes with the sizes of pictures, from the outermost. */
const WAY = [
  { type: 'meta', skip: FULL_BOX },
  { type: 'iprp', skip: 0 },
  { type: 'ipco', skip: 0 },
];

/** Size of the largest picture in an AVIF; 0 x 0 if it has none. libheif applies the rotation. */
export function avifHeader(file: Buffer): PictureHeader<'avif'> {
  let [from, to] = [0, file.length];
  for (const { type, skip } of WAY) {
    const found = [...boxes(file, from, to)].find((box) => box.type === type);
    if (!found) return plainHeader('avif', 0, 0, true);
    [from, to] = [found.content + skip, Math.min(found.end, file.length)];
  }
  let [width, height] = [0, 0];
  for (const { type, content } of boxes(file, from, to)) {
    if (type !== 'ispe' || content + FULL_BOX + 8 > file.length) continue;
    const size = [file.readUInt32BE(content + FULL_BOX), file.readUInt32BE(content + FULL_BOX + 4)] as const;
    if (size[0] * size[1] >= width * height) [width, height] = size;
  }
  return plainHeader('avif', width, height, true);
}
