import { closeSync, openSync, readSync } from 'node:fs';
import { FdeployError } from '../contracts/errors.js';
import { hasPictureEnding } from '../sources/endings.js';
import { sniff } from '../images/sniff.js';

/** Bytes needed to recognise a file. */
const HEAD_BYTES = 4096;
/** Larger than any summary or settings of a run. */
const SMALL_BYTES = 1 << 20;

/**
 * The first bytes of a regular file.
 * @throws FdeployError BAD_OPTION
 */
function readHead(file: string, length: number): Buffer {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const head = Buffer.alloc(length);
      return head.subarray(0, readSync(descriptor, head, 0, length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const message = `'${file}' would be replaced and cannot be read (${(cause as Error).message})`;
    throw new FdeployError('BAD_OPTION', message, { file, cause });
  }
}

/**
 * Describes a file that must not be replaced by text: a picture, a document or an archive.
 * @returns undefined for text, empty files and unknown content
 * @throws FdeployError BAD_OPTION if it cannot be read
 */
export function contentToKeep(file: string): string | undefined {
  const head = readHead(file, HEAD_BYTES);
  if (head.length === 0) return undefined;
  const sniffed = sniff(head);
  if (sniffed.kind === 'picture' || sniffed.kind === 'broken') return 'a picture';
  if (sniffed.kind === 'other' && /^an? /.test(sniffed.found)) return sniffed.found;
  return hasPictureEnding(file) ? 'called like a picture' : undefined;
}

/** The start of an output in each format that can be recognised. */
const RECORDS = [
  '{"index":',
  '{"model":{"name":',
  '{"info":{"description":"objects found by fdeploy"',
  'index,image,',
];

/** Whether a file is empty, or contains records, a summary or settings of fdeploy, so that it may be replaced. */
export function isOwnOutput(file: string): boolean {
  const head = readHead(file, HEAD_BYTES)
    .toString()
    .replace(/^\uFEFF/, '');
  if (head === '' || RECORDS.some((start) => head.startsWith(start))) return true;
  const value = readSmallJson(file);
  return (typeof value?.images === 'number' && typeof value.ms === 'object') || isSettings(value);
}

/** Whether a file contains a run's settings for `--resume`, or is empty, as after a disk failure. */
export function isRunSettings(file: string): boolean {
  return readHead(file, 1).length === 0 || isSettings(readSmallJson(file));
}

function isSettings(value: Record<string, unknown> | undefined): boolean {
  return typeof value?.version === 'number' && typeof value.format === 'string' && 'networks' in value;
}

function readSmallJson(file: string): Record<string, unknown> | undefined {
  const bytes = readHead(file, SMALL_BYTES + 1);
  if (bytes.length > SMALL_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // not JSON
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
