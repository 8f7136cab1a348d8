import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const FOLDER = new URL('../../fixtures/cv2/', import.meta.url);

/** An array of a vector: raw little-endian data beside index.json. */
export interface VectorFile {
  file: string;
  dtype: 'uint8' | 'float32';
  /** Row-major; pictures are [height, width, channels] in BGR. */
  shape: number[];
  gzip?: boolean;
}

/** One case of fixtures/cv2/index.json; what is no file stands inline. */
export interface VectorCase<Params = Record<string, unknown>> {
  name: string;
  op: string;
  params: Params;
  input: unknown;
  output: unknown;
  [more: string]: unknown;
}

/** A picture that OpenCV's imread was asked for, or null where it gave nothing. */
export interface DecodeCase {
  file: string;
  bytes: number;
  note: string;
  imread: VectorFile | null;
  first_frame?: VectorFile;
}

/** Absolute path of a file under fixtures/cv2. */
export function vectorPath(file: string): string {
  return fileURLToPath(new URL(file, FOLDER));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(vectorPath(file), 'utf8'));
}

/** The cases of one operator, in the order of the file. At least one, or the name is wrong. */
export function vectorCases<Params = Record<string, unknown>>(op: string): VectorCase<Params>[] {
  const { cases } = readJson('index.json') as { cases: VectorCase<Params>[] };
  const found = cases.filter((one) => one.op === op);
  if (found.length === 0) throw new Error(`No vectors for ${op}`);
  return found;
}

/** Every case of decode.json. */
export function decodeCases(): DecodeCase[] {
  return (readJson('decode.json') as { cases: DecodeCase[] }).cases;
}

/** The values of a vector's file. */
export function readVector(vector: unknown): { data: Uint8Array | Float32Array; shape: number[] } {
  const { file, dtype, shape, gzip } = vector as VectorFile;
  const stored = readFileSync(vectorPath(file));
  const bytes = Uint8Array.from(gzip ? gunzipSync(stored) : stored);
  return { data: dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer), shape };
}

/** A uint8 vector as a BGR picture. */
export function readPicture(vector: unknown) {
  const { data, shape } = readVector(vector);
  const [height, width] = shape as [number, number];
  return { data: data as Uint8Array, width, height, channels: 3, order: 'bgr' } as const;
}
