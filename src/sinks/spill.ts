import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';

/** Text that is kept in memory; more goes to the file. */
const MEMORY_CHARACTERS = 1 << 20;
const CHUNK_BYTES = 1 << 16;
const NEWLINE = 0x0a;

/**
 * Lines that are needed at the end of an output. Many of them wait in a temporary file, so that memory does not grow with their
 * number.
 */
export class Spill {
  #waiting: string[] = [];
  #characters = 0;
  #file: { handle: FileHandle; name: string } | undefined;

  /**
   * Adds one line.
   * @param line without its line end
   * @throws FdeployError OUTPUT_FAILED if the temporary file cannot be written
   */
  async add(line: string): Promise<void> {
    this.#waiting.push(line);
    this.#characters += line.length;
    if (this.#characters < MEMORY_CHARACTERS) return;
    const text = `${this.#waiting.join('\n')}\n`;
    this.#waiting = [];
    this.#characters = 0;
    try {
      this.#file ??= await temporaryFile();
      await this.#file.handle.appendFile(text);
    } catch (cause) {
      throw spillFailed(cause);
    }
  }

  /**
   * All lines, in order.
   * @throws FdeployError OUTPUT_FAILED if the temporary file cannot be read
   */
  async *lines(): AsyncGenerator<string> {
    if (this.#file) yield* fileLines(this.#file.handle);
    yield* this.#waiting;
  }

  /** Removes the temporary file. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#waiting = [];
    await file?.handle.close();
    if (file) await rm(file.name, { force: true });
  }
}

async function temporaryFile(): Promise<{ handle: FileHandle; name: string }> {
  const name = path.join(os.tmpdir(), `fdeploy-lines-${randomUUID()}`);
  const handle = await open(name, 'wx+', 0o600);
  // Without a name, the file is gone with the process, also if that is killed.
  if (process.platform !== 'win32') await rm(name, { force: true });
  return { handle, name };
}

async function* fileLines(handle: FileHandle): AsyncGenerator<string> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, at).catch((cause: unknown) => {
      throw spillFailed(cause);
    });
    if (bytesRead === 0) return;
    at += bytesRead;
    let from = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end !== -1 && end < bytesRead;
      end = chunk.indexOf(NEWLINE, from)
    ) {
      yield Buffer.concat([...pieces, chunk.subarray(from, end)]).toString();
      pieces = [];
      from = end + 1;
    }
    if (from < bytesRead) pieces.push(Buffer.from(chunk.subarray(from, bytesRead)));
  }
}

function spillFailed(cause: unknown): FdeployError {
  const folder = os.tmpdir();
  const message = `a temporary file in '${folder}' failed (${(cause as Error).message})`;
  return new FdeployError('OUTPUT_FAILED', message, { file: folder, cause });
}
