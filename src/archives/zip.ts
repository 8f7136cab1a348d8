import type { Readable } from 'node:stream';
import crc32 from 'crc-32';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { Destination } from './destination.js';
import { quoted, Refusal } from './refusal.js';

/** Bits of a Unix mode that tell a file's kind, and the kinds that are unpacked. 0: the archive does not tell. */
const KIND_BITS = 0o170000;
const FILE_KINDS = [0, 0o100000];
const FOLDER_KINDS = [0, 0o040000];

/**
 * Unpacks a zip. Links, devices and encrypted entries are refused.
 * @throws Refusal; what the file system throws; the signal's reason
 */
export async function unpackZip(file: string, into: Destination, signal?: AbortSignal): Promise<void> {
  let zip: ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(file, { strictFileNames: true });
    into.checkCount(zip.entryCount);
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      await addEntry(zip, entry, into);
    }
  } catch (error) {
    throw signal?.aborted ? signal.reason : asRefusal(error);
  } finally {
    zip?.close();
  }
}

async function addEntry(zip: ZipFile, entry: Entry, into: Destination): Promise<void> {
  const { fileName: name, uncompressedSize: bytes } = entry;
  const isFolder = name.endsWith('/');
  const kind = (entry.externalFileAttributes >>> 16) & KIND_BITS;
  if (!(isFolder ? FOLDER_KINDS : FILE_KINDS).includes(kind)) {
    throw new Refusal(`has a link or another special file (${quoted(name)})`);
  }
  if (isFolder) {
    into.addFolder(name);
    return;
  }
  if (entry.isEncrypted()) throw new Refusal(`is encrypted (${quoted(name)})`);
  const output = into.addFile(name, bytes);
  if (!output) return;
  let sum = 0;
  const content: Readable = await zip.openReadStreamPromise(entry);
  for await (const chunk of content as AsyncIterable<Buffer>) {
    output.write(chunk);
    sum = crc32.buf(chunk, sum);
  }
  output.end();
  if (sum >>> 0 !== entry.crc32) throw new Refusal(`is damaged (${quoted(name)})`);
}

/** Errors that do not come from the file system say that the archive is damaged. */
function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error) || 'syscall' in error) return error;
  const unsafe = /(absolute path|invalid relative path|invalid characters in fileName): (.*)$/s.exec(
    error.message,
  );
  if (unsafe) return new Refusal(`has an entry with the unsafe name ${quoted(unsafe[2]!)}`, { cause: error });
  return new Refusal(`is not a complete zip archive (${error.message})`, { cause: error });
}
