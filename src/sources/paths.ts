import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Source } from '../contracts/source.js';

/** A path in the file system: a string if it is UTF-8, else bytes. */
export type NativePath = string | Buffer;

const REPLACEMENT = '\uFFFD';
const SLASH = 0x2f;

/** `bytes` as a string if they are UTF-8, else unchanged. */
export function fromBytes(bytes: Buffer): NativePath {
  const text = bytes.toString();
  return !text.includes(REPLACEMENT) || Buffer.from(text).equals(bytes) ? text : bytes;
}

/** `folder/name`, without a second slash if the folder ends in one. */
export function joinPath(folder: NativePath, name: NativePath): NativePath {
  if (typeof folder === 'string' && typeof name === 'string') {
    return endsInSeparator(folder) ? folder + name : `${folder}/${name}`;
  }
  const front = Buffer.from(folder);
  const slash = front.at(-1) === SLASH ? [] : [Buffer.from('/')];
  return fromBytes(Buffer.concat([front, ...slash, Buffer.from(name)]));
}

/** The folder of a path; `.` for a bare name. */
export function folderOf(native: NativePath): NativePath {
  if (typeof native === 'string') return path.dirname(native);
  const slash = native.lastIndexOf(SLASH);
  return slash === -1 ? '.' : fromBytes(native.subarray(0, Math.max(1, slash)));
}

/** The path for a record: slashes for backslashes on Windows, U+FFFD for bytes that are not UTF-8. */
export function displayPath(native: NativePath): string {
  const text = typeof native === 'string' ? native : native.toString();
  return path.sep === '\\' ? text.replaceAll('\\', '/') : text;
}

/** The source of a path. */
export function fileSource(native: NativePath): Source {
  const name = displayPath(native);
  if (typeof native === 'string') return { name, locator: { kind: 'file', path: native } };
  const bytes = native.toString('base64');
  return { name, nameBytes: bytes, locator: { kind: 'file', path: name, pathBytes: bytes } };
}

/** Equal for two spellings of one path (`a.jpg`, `./a.jpg`); links are not followed. */
export function pathKey(native: NativePath): string {
  return typeof native === 'string' ? path.resolve(native) : `\0${path.resolve(native.toString('latin1'))}`;
}

/**
 * The paths whose text is `text`. Node hands a name that is not UTF-8 over with U+FFFD in it, by which no
 * file can be opened: the folders above it are read again as bytes to find the names that read like it.
 * @returns `[text]` where there is no U+FFFD in it; nothing where no file reads like it
 */
export function findByText(text: string): NativePath[] {
  if (!text.includes(REPLACEMENT)) return [text];
  const root = text.startsWith('/') ? '/' : '';
  let found: NativePath[] = [root];
  for (const part of text.split('/').filter((name) => name !== '')) {
    found = found.flatMap((folder) => childrenReading(folder, part));
  }
  return found;
}

function childrenReading(folder: NativePath, part: string): NativePath[] {
  const below = (name: NativePath): NativePath => (folder === '' ? name : joinPath(folder, name));
  if (!part.includes(REPLACEMENT)) return [below(part)];
  try {
    return readdirSync(folder === '' ? '.' : folder, { encoding: 'buffer' })
      .filter((name) => name.toString() === part)
      .sort((a, b) => a.compare(b))
      .map((name) => below(fromBytes(name)));
  } catch {
    return []; // the folder is missing or unreadable: the caller reports that nothing was found
  }
}

function endsInSeparator(folder: string): boolean {
  return folder.endsWith('/') || (path.sep === '\\' && folder.endsWith('\\'));
}
