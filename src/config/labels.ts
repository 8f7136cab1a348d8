import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { Notify } from '../contracts/spec.js';
import { readRegularFile, rethrowUnfit, UnfitFile } from '../files/guarded-file.js';
import { failIfLfsPointer } from './lfs-pointer.js';

/** Labels by class id; null for ids without a label. */
export type Labels = readonly (string | null)[];

/** Larger than the ids of any published model; a typo must not allocate gigabytes. */
const MAX_ID = 10_000_000;
/** Of a list of a million long labels. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Reads one label per line, or `id label` or `id,label` if every line starts with a different id. Blank lines at the end are
 * ignored.
 * @throws FdeployError LABELS_INVALID, LFS_POINTER
 */
export async function readLabelFile(file: string): Promise<Labels> {
  let text: string;
  try {
    text = (await readRegularFile(file, { maxBytes: MAX_BYTES })).toString();
  } catch (error) {
    rethrowUnfit(error, 'LABELS_INVALID', file, 'the label file ');
  }
  failIfLfsPointer(text, file);
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  if (lines.length === 0)
    throw new FdeployError('LABELS_INVALID', `the label file ${file} contains no labels`, { file });
  return numbered(lines) ?? lines.map((line) => line.trim());
}

const NUMBERED = /^(\d{1,8})(?:[ \t]*(?<comma>,)[ \t]*|[ \t]+)(?<label>\S.*)$/;

function numbered(lines: readonly string[]): (string | null)[] | undefined {
  const labels: (string | null)[] = [];
  const seen = new Set<number>();
  for (const line of lines) {
    const match = NUMBERED.exec(line.trimEnd());
    if (!match) return undefined;
    const id = Number(match[1]);
    const { comma, label = '' } = match.groups!;
    if (id > MAX_ID || seen.has(id)) return undefined;
    seen.add(id);
    while (labels.length <= id) labels.push(null);
    labels[id] = comma === undefined ? label : unquoted(label);
  }
  return labels;
}

/** A field of a CSV file without its quotes. */
function unquoted(field: string): string {
  return /^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field;
}

/**
 * Reads a label file that a model's config names. Only the file's name counts, and it is searched beside the config, so that
 * a config cannot read files outside its directory.
 * @returns undefined if it does not exist, which is reported once
 */
export async function readLabelFileBeside(
  config: string,
  named: string,
  notify: Notify,
): Promise<Labels | undefined> {
  const file = path.join(path.dirname(config), path.basename(named.replaceAll('\\', '/')));
  try {
    return await readLabelFile(file);
  } catch (error) {
    const cause = error instanceof FdeployError ? error.cause : undefined;
    if (!(cause instanceof UnfitFile && cause.fault === 'missing')) throw error;
    notify(
      `${config} names the label file ${named}, which is not beside it: labels are null (name one with --labels)`,
    );
    return undefined;
  }
}

/** Reports once that there are fewer labels than classes. */
export function notifyMissingLabels(labels: Labels, classes: number, name: string, notify: Notify): void {
  if (labels.length === 0 || classes <= labels.length) return;
  notify(`${name} has ${classes} classes and ${labels.length} labels: the other labels are null`);
}
