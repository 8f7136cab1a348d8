import { closeSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import { openRegularFile, UnfitFile } from '../files/guarded-file.js';
import type { ProtobufFile, WireField } from './file-reader.js';

type Message = 'graph' | 'function' | 'node' | 'attribute' | 'sparse' | 'tensor' | 'entry';

/** The fields of ONNX's messages that lead to tensors, by their numbers, and what they hold. */
const LEADS: Readonly<Record<Exclude<Message, 'entry'>, Partial<Record<number, Message>>>> = {
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
};
const ENTRY = { key: 1, value: 2 };

/** Adds the files that hold a message's tensors, as the model names them, those of subgraphs and constants too. */
export function collectLocations(
  reader: ProtobufFile,
  message: Message,
  { start, end }: Pick<WireField, 'start' | 'end'>,
  found: Set<string>,
): void {
  if (message === 'entry') {
    let key: string | undefined;
    let value: string | undefined;
    for (const field of reader.fields(start, end)) {
      if (field.id === ENTRY.key) key = reader.bytes(field.start, field.end).toString();
      if (field.id === ENTRY.value) value = reader.bytes(field.start, field.end).toString();
    }
    if (key === 'location' && value !== undefined) found.add(value);
    return;
  }
  for (const field of reader.fields(start, end)) {
    const inner = LEADS[message][field.id];
    if (inner !== undefined) collectLocations(reader, inner, field, found);
  }
}

const LFS_START = 'version https://git-lfs.github.com/spec/v1';

/**
 * The files that hold a model's weights beside it, by absolute paths. They must be files in the model's folder: a model is data,
 * and its paths lead to nothing else. This is onnxruntime's own rule, checked before anything is opened.
 * @param model the path of the model's file; where it is a link, the folder of the file it leads to counts too
 * @param names as the model names them
 * @throws FdeployError MODEL_INVALID, LFS_POINTER
 */
export function externalFiles(model: string, names: readonly string[]): string[] {
  const folder = path.dirname(path.resolve(model));
  const allowed = [realpathSync(folder), path.dirname(realpathSync(model))];
  return names.map((name) => {
    const file = path.resolve(folder, name);
    if (path.isAbsolute(name) || !isInside(folder, file)) {
      throw refusal(model, name, 'which is outside its folder');
    }
    requireFile(model, name, file);
    const real = realpathSync(file);
    if (!allowed.some((place) => isInside(place, real))) {
      throw refusal(model, name, 'a link to a file outside its folder');
    }
    return file;
  });
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}

function requireFile(model: string, name: string, file: string): void {
  const start = Buffer.alloc(LFS_START.length);
  try {
    const { descriptor } = openRegularFile(file);
    try {
      readSync(descriptor, start, 0, start.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!(error instanceof UnfitFile)) throw error;
    const reason = error.fault === 'missing' ? 'which is not beside it' : `which ${error.reason}`;
    throw refusal(model, name, reason, error);
  }
  if (start.toString('latin1') !== LFS_START) return;
  const message = `${file} is a Git LFS pointer, not the weights: fetch it with \`git lfs pull\``;
  throw new FdeployError('LFS_POINTER', message, { file });
}

function refusal(model: string, name: string, reason: string, cause?: unknown): FdeployError {
  const message = `${model} stores weights in "${name}", ${reason}`;
  return new FdeployError('MODEL_INVALID', message, { file: model, found: name, cause });
}
