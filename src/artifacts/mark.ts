import { closeSync, readSync } from 'node:fs';
import { openRegularFile, UnfitFile } from '../files/guarded-file.js';

/** A PNG text chunk, `Software` = `fdeploy`: length, type, keyword, 0, text, CRC-32. */
const PNG_MARK = Buffer.concat([
  Buffer.from([0, 0, 0, 16]),
  Buffer.from('tEXtSoftware\0fdeploy', 'latin1'),
  Buffer.from([0x7e, 0x91, 0x59, 0x98]),
]);
/** The PNG signature and the header chunk, which must come first. */
const PNG_HEAD = 33;

/** A JPEG comment, `fdeploy`: marker, length, text. */
const JPEG_MARK = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 9]), Buffer.from('fdeploy', 'latin1')]);
const JPEG_START = 0xffd8;
/** The marker of a JFIF segment, which must come first if there is one. */
const JFIF = 0xffe0;

/** The mark of a picture's format, and where it is. */
function markOf(head: Buffer): readonly [at: number, mark: Buffer] {
  if (head.readUInt16BE(0) !== JPEG_START) return [PNG_HEAD, PNG_MARK];
  return [head.readUInt16BE(2) === JFIF ? 4 + head.readUInt16BE(4) : 2, JPEG_MARK];
}

/** A PNG or JPEG with fdeploy's mark. */
export function marked(picture: Buffer): Buffer {
  const [at, mark] = markOf(picture);
  return Buffer.concat([picture.subarray(0, at), mark, picture.subarray(at)]);
}

/**
 * Whether a file has fdeploy's mark.
 * @returns undefined if there is no file
 * @throws the system's error if it cannot be read
 */
export function isMarked(file: string | Buffer): boolean | undefined {
  let descriptor: number;
  try {
    ({ descriptor } = openRegularFile(file));
  } catch (thrown) {
    if (!(thrown instanceof UnfitFile)) throw thrown;
    if (thrown.fault === 'missing') return undefined;
    if (thrown.fault !== 'unreadable') return false;
    throw thrown;
  }
  try {
    const head = Buffer.alloc(PNG_HEAD + PNG_MARK.length);
    readSync(descriptor, head, 0, head.length, 0);
    const [at, mark] = markOf(head);
    return head.subarray(at, at + mark.length).equals(mark);
  } finally {
    closeSync(descriptor);
  }
}
