import { createReadStream } from 'node:fs';
import { addAbortSignal, type Writable } from 'node:stream';
import { Parser, type ReadEntry } from 'tar';
import type { Destination } from './destination.js';
import { quoted, Refusal } from './refusal.js';

/** Bytes unpacked for one byte of gzip. The sizes that entries declare are checked more strictly, by `Destination`. */
const MAX_GZIP_RATIO = 1000;

const FILES = ['File', 'OldFile', 'ContiguousFile'];
const FOLDERS = ['Directory', 'GNUDumpDir'];

/**
 * Unpacks a tar, compressed with gzip or not. Links, devices and other special entries are refused.
 * @throws Refusal; what the file system throws; the signal's reason
 */
export function unpackTar(file: string, into: Destination, signal?: AbortSignal): Promise<void> {
  const parser = new Parser({ strict: true, maxDecompressionRatio: MAX_GZIP_RATIO });
  const input = createReadStream(file);
  if (signal) addAbortSignal(signal, input);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      input.destroy();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the signal's reason can be any value
      reject(signal?.aborted ? signal.reason : asRefusal(error));
    };
    parser.on('error', fail);
    parser.on('end', resolve);
    parser.on('ignoredEntry', ({ path, type }: ReadEntry) => {
      fail(new Refusal(`has an entry of the kind ${type} (${quoted(path)})`));
    });
    parser.on('entry', (entry: ReadEntry) => {
      if (input.destroyed) return;
      try {
        addEntry(entry, into, fail);
      } catch (error) {
        fail(error);
      }
    });
    input.on('error', fail);
    input.pipe(parser as unknown as Writable);
  });
}

function addEntry(entry: ReadEntry, into: Destination, fail: (error: unknown) => void): void {
  const { path, type, size } = entry;
  if (FOLDERS.includes(type)) {
    into.addFolder(path);
    entry.resume();
    return;
  }
  if (!FILES.includes(type)) {
    const kind = /link/i.test(type) ? 'a link' : `an entry of the kind ${type}`;
    throw new Refusal(`has ${kind} (${quoted(path)})`);
  }
  const output = into.addFile(path, size);
  entry.on('data', (chunk: Buffer) => {
    try {
      output?.write(chunk);
    } catch (error) {
      fail(error);
    }
  });
  entry.on('end', () => {
    try {
      output?.end();
    } catch (error) {
      fail(error);
    }
  });
}

/** The parser's own errors say that the archive is damaged. */
function asRefusal(error: unknown): unknown {
  if (error instanceof Refusal || !(error instanceof Error) || 'syscall' in error) return error;
  const what = 'tarCode' in error || 'code' in error ? 'is not a complete tar archive' : undefined;
  return what === undefined ? error : new Refusal(what, { cause: error });
}
