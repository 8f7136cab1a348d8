import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as ort from 'onnxruntime-node';
import type { ConvertedModel } from 'fdeploy';
import { decodeProgram, decodeTensorDesc } from '#src/paddle/readers/pdmodel-schema.js';

export type Format = 'old' | 'pir';

interface StoredTensor {
  name?: string;
  dtype: keyof typeof ARRAYS;
  shape: number[];
  /** base64 of little-endian values. */
  data: string;
}

/** A program in both formats with inputs and Paddle's own outputs. */
export interface PaddleCase {
  id: string;
  tolerance: number;
  inputs: StoredTensor[];
  outputs: StoredTensor[];
  formats: Partial<
    Record<Format, { model: string; params?: string; outputNames?: string[]; outputs?: StoredTensor[] }>
  >;
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** The cases of a packed corpus, `fixtures/paddle/<name>.jsonl.gz`. */
export function paddleCases(
  name: 'operators' | 'variants' | 'settings' | 'architectures' | 'table-recognition' | 'quantized',
): PaddleCase[] {
  const file = path.join(import.meta.dirname, '../../fixtures/paddle', `${name}.jsonl.gz`);
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  return lines.map((line) => JSON.parse(line) as PaddleCase);
}

export const formatsOf = (paddleCase: PaddleCase): Format[] => Object.keys(paddleCase.formats) as Format[];

/** Writes a case's export into a folder as a user would have it. */
export function writeExport(
  paddleCase: PaddleCase,
  format: Format,
  folder: string,
): { model: string; params?: string } {
  const export_ = paddleCase.formats[format]!;
  const stored = export_.params === 'same as old' ? paddleCase.formats.old!.params : export_.params;
  const place = path.join(folder, `${paddleCase.id}-${format}`);
  mkdirSync(place, { recursive: true });
  const model = path.join(place, format === 'old' ? 'inference.pdmodel' : 'inference.json');
  writeFileSync(model, Buffer.from(export_.model, 'base64'));
  if (stored === undefined) return { model };
  const params = path.join(place, 'inference.pdiparams');
  writeFileSync(params, Buffer.from(stored, 'base64'));
  return { model, params };
}

/**
 * Writes a case's export in Paddle's older way: a ProgramDesc `__model__` and a file for each parameter.
 * @returns the parameters' files
 */
export function writeLooseExport(paddleCase: PaddleCase, folder: string): string[] {
  const { model, params = '' } = paddleCase.formats.old!;
  mkdirSync(folder, { recursive: true });
  const program = Buffer.from(model, 'base64');
  writeFileSync(path.join(folder, '__model__'), program);
  const tensor = 7;
  const names = decodeProgram(program)
    .blocks[0]!.vars.filter(({ persistable, type }) => persistable && type?.type === tensor)
    .map(({ name }) => name)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const combined = Buffer.from(params, 'base64');
  let start = 0;
  return names.map((name) => {
    // uint32 version, uint64 levels (none here), uint32 version, int32 length, TensorDesc, float32 values
    const length = combined.readInt32LE(start + 16);
    const data = start + 20 + length;
    const { dims } = decodeTensorDesc(combined.subarray(start + 20, data));
    const end = data + dims.reduce<number>((size, dim) => size * Number(dim), 4);
    const file = path.join(folder, name);
    writeFileSync(file, combined.subarray(start, end));
    start = end;
    return file;
  });
}

function values({ dtype, data }: StoredTensor) {
  const bytes = Buffer.from(data, 'base64');
  return new ARRAYS[dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Sentences about what differs from Paddle's outputs; none where all is well. */
export async function differences(
  { inputs, outputs, formats }: PaddleCase,
  format: Format,
  { onnx }: { onnx: ConvertedModel['onnx'] | string },
  tolerance: { absolute: number; relative: number },
): Promise<string[]> {
  const options = { logSeverityLevel: 3, intraOpNumThreads: 1 } as const;
  const session =
    typeof onnx === 'string'
      ? await ort.InferenceSession.create(onnx, options)
      : await ort.InferenceSession.create(onnx, options);
  const feeds = Object.fromEntries(
    session.inputNames.map((name, at) => {
      const input = inputs.find((candidate) => candidate.name === name) ?? inputs[at]!;
      return [name, new ort.Tensor(input.dtype as 'float32', values(input) as Float32Array, input.shape)];
    }),
  );
  const results = await session.run(feeds);
  const { outputNames = session.outputNames, outputs: own } = formats[format]!;
  await session.release();
  return outputNames.flatMap((name, at) => {
    const wanted = (own ?? outputs)[at]!;
    const found = results[name];
    if (!found) return [`${name} is missing`];
    if (found.type !== wanted.dtype) return [`${name} is ${found.type} instead of ${wanted.dtype}`];
    if (found.dims.join() !== wanted.shape.join())
      return [`${name} is [${found.dims.join()}] instead of [${wanted.shape.join()}]`];
    return firstDifference(name, found.data, values(wanted), tolerance);
  });
}

function firstDifference(
  name: string,
  found: ArrayLike<unknown>,
  wanted: ArrayLike<unknown>,
  { absolute, relative }: { absolute: number; relative: number },
): string[] {
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [Number(found[i]), Number(wanted[i])];
    const same = Object.is(a, b) || Math.abs(a - b) <= absolute + relative * Math.abs(b);
    if (!same) return [`${name}[${i}] is ${a} instead of ${b}`];
  }
  return [];
}
