import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a tar. `type`: the format's flag: `0` a file, `5` a folder, `2` a symbolic link, `x` an extended header. */
export interface TarEntry {
  name: string;
  content?: string | Buffer;
  type?: string;
  linkname?: string;
  /** Declared size; default: the content's. */
  size?: number;
}

const BLOCK = 512;

/** A tar in the ustar format, without the checks of a packer. Names have at most 100 bytes. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(tarBlocks), Buffer.alloc(2 * BLOCK)]);
}

function tarBlocks({ name, content = '', type = '0', linkname = '', size }: TarEntry): Buffer[] {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write('0000644\x000000000\x000000000\0', 100);
  header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\x0000000000000\0`, 124);
  header.write(`        ${type}`, 148);
  header.write(linkname, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return [header, bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
}

/** The extended header that gives the next entry its name. */
export function longName(name: string): TarEntry {
  const text = ` path=${name}\n`;
  const length = Buffer.byteLength(text);
  const digits = String(length + String(length).length).length;
  return { name: 'extended', type: 'x', content: `${length + digits}${text}` };
}

/** An entry of a zip. */
export interface ZipEntry {
  name: string;
  content?: string | Buffer;
  /** Unix mode with the kind of the file; default: none. */
  mode?: number;
  deflate?: boolean;
  /** Declared size; default: the content's. */
  size?: number;
  crc?: number;
  encrypted?: boolean;
  /** Its data is that of the entry before it. */
  shared?: boolean;
}

/** A zip, without the checks of a packer. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const data: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  let last = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const stored = entry.deflate ? deflateRawSync(content) : content;
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (entry.encrypted ? 1 : 0), 2); // names are UTF-8
    common.writeUInt16LE(entry.deflate ? 8 : 0, 4);
    common.writeUInt32LE(entry.crc ?? crc32(content), 10);
    common.writeUInt32LE(stored.length, 14);
    common.writeUInt32LE(entry.size ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    if (!entry.shared) {
      last = at;
      data.push(Buffer.from('PK\x03\x04'), common, name, stored);
      at += 30 + name.length + stored.length;
    }
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    rest.writeUInt32LE(last, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03'), common, rest, name);
  }
  const end = Buffer.alloc(18);
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 4);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...data, ...directory, Buffer.from('PK\x05\x06'), end]);
}
