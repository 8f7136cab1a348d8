import { closeSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError } from '../contracts/errors.js';
import type { ModelSource } from '../contracts/runtime.js';
import { openRegularFile, readAt, UnfitFile, type OpenFile } from '../files/guarded-file.js';
import { isNetworkFile } from '../files/network-file.js';

/** A network on disk and the file of its graph. */
export interface NetworkFile {
  file: string;
  source: ModelSource;
}

/** File names of the suites and converters, best first. Another name is used if it is the only one of its kind. */
const STEMS = ['inference', 'model'];
const PIR_PROBE_BYTES = 4096;

/** Whether a file is a PIR program: JSON with the magic `pir` in its header. */
export async function isPirFile(file: string): Promise<boolean> {
  let opened: OpenFile;
  try {
    opened = openRegularFile(file);
  } catch (error) {
    if (error instanceof UnfitFile) return false;
    throw error;
  }
  try {
    const start = Buffer.alloc(PIR_PROBE_BYTES);
    const count = await readAt(opened.descriptor, start, 0, PIR_PROBE_BYTES, 0);
    return /"magic"\s*:\s*"pir"/.test(start.toString('latin1', 0, count));
  } finally {
    closeSync(opened.descriptor);
  }
}

/** Networks of a directory in order of preference: ONNX, PIR, ProgramDesc. */
export async function networksIn(directory: string): Promise<NetworkFile[]> {
  const names = (await readdir(directory)).sort();
  const pir: string[] = [];
  for (const name of withEnding(names, '.json')) {
    if (await isPirFile(path.join(directory, name))) pir.push(name);
  }
  const onnx = [...withEnding(names, '.onnx'), ...withEnding(names, '.ort')];
  const programs = [...withEnding(names, '.pdmodel'), ...names.filter((name) => name === '__model__')];
  const kinds = [preferred(onnx), preferred(pir), preferred(programs)];
  return kinds.flat().map((name) => networkOf(path.join(directory, name), names));
}

/**
 * The network whose graph is `file`. A name without a folder is also searched in `directory`.
 * @throws FdeployError MODEL_NOT_FOUND; MODEL_INVALID if it is not a file
 */
export async function sourceOf(file: string, directory?: string): Promise<NetworkFile> {
  const candidates = directory === undefined ? [file] : [file, path.join(directory, file)];
  for (const candidate of candidates) {
    if (isNetworkFile(candidate)) return networkOf(candidate, await readdir(path.dirname(candidate)));
  }
  throw new FdeployError('MODEL_NOT_FOUND', `there is no model file ${file}`, { file });
}

function networkOf(file: string, siblings: readonly string[]): NetworkFile {
  const name = path.basename(file);
  if (/\.(onnx|ort)$/i.test(name)) return { file, source: { kind: 'onnx', file } };
  const stem = name.replace(/\.(pdmodel|json)$/i, '');
  const params = [`${stem}.pdiparams`, '__params__', 'params'].find((candidate) =>
    siblings.includes(candidate),
  );
  const source = {
    kind: 'paddle',
    model: file,
    ...(params && { params: path.join(path.dirname(file), params) }),
  } as const;
  return { file, source };
}

function withEnding(names: readonly string[], ending: string): string[] {
  return names.filter((name) => name.toLowerCase().endsWith(ending));
}

/** The usual names first. If there is none, all others, so that the caller can report them. */
function preferred(names: readonly string[]): string[] {
  const usual = STEMS.flatMap((stem) => names.filter((name) => name.replace(/\.[^.]+$/, '') === stem));
  return usual.length > 0 ? usual : [...names];
}
