import { createReadStream } from 'node:fs';
import { FdeployError } from '../contracts/errors.js';
import type { ResultRecord } from '../contracts/results.js';
import { recordKey } from '../contracts/source.js';
import type { Answered } from './answered.js';

const NEWLINE = 0x0a;

/**
 * The records of a jsonl output, in order. Empty lines and a byte order mark are skipped.
 * @param end offset of the end of its last complete line
 * @throws FdeployError RESUME_IMPOSSIBLE naming a line that is not a record; the system's error if the file cannot be read
 */
export async function* answeredInJsonl(file: string, end: number): AsyncGenerator<Answered> {
  if (end === 0) return;
  let start = 0;
  let number = 0;
  let pieces: Buffer[] = [];
  const chunks = createReadStream(file, { end: end - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      pieces.push(chunk.subarray(from, at + 1));
      const line = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      pieces = [];
      from = at + 1;
      number++;
      const said = readLine(line, file, number);
      if (said) yield { ...said, start, end: start + line.length };
      start += line.length;
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
}

/** undefined for an empty line. */
function readLine(line: Buffer, file: string, number: number): Pick<Answered, 'key' | 'status'> | undefined {
  const text = line.toString().trim(); // also with a byte order mark
  if (text === '') return undefined;
  let value: Partial<ResultRecord> | null;
  try {
    value = JSON.parse(text) as Partial<ResultRecord> | null;
  } catch {
    value = null; // refused below
  }
  const { image, status } = value ?? {};
  if (typeof image === 'string' && (status === 'ok' || status === 'error')) {
    return { key: recordKey({ ...value, image }), status };
  }
  const message = `--resume cannot continue '${file}': line ${number} is not a record`;
  throw new FdeployError('RESUME_IMPOSSIBLE', message, { file });
}
