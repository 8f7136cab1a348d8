import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Picture } from '#src/contracts/picture.js';
import type { Quad } from '#src/contracts/results.js';
import { DEFAULT_DECODE, decodePicture } from '#src/images/decode.js';

const FOLDER = new URL('../../fixtures/ocr/', import.meta.url);

/** A gzipped float32 array of a stage. */
export interface StageFile {
  file: string;
  shape: number[];
}

/** What became of one contour. */
export interface Candidate {
  before: number[][];
  side: number;
  box_score?: number;
  box_score_slow?: number;
  distance?: number;
  unclip_path?: number[][];
  after?: number[][];
  box?: number[][];
  dropped?: string;
}

export interface StageLine {
  quad: Quad;
  crop: string;
  crop_size: [width: number, height: number];
  cls_label: 0 | 1;
  cls_score: number;
  text: string;
  score: number;
  ctc_argmax: number[];
  ctc_prob: number[];
  box_score: number;
}

/** One picture's way through PaddleOCR's pipeline. */
export interface Stages {
  picture: string;
  width: number;
  height: number;
  det_input: { shape: number[]; sample_every_8: StageFile; crop: StageFile & { x: number; y: number } };
  det_prob: StageFile;
  candidates: Candidate[];
  lines: StageLine[];
  rec_batches: { lines: number[]; shape: number[] }[];
  rec_inputs: (StageFile & { line: number })[];
}

export const STAGED = ['digits_a', 'mixed_a', 'perspective_a', 'rot15_a', 'rot180_a', 'vertical_a'] as const;

/** Absolute path of a file under fixtures/ocr. */
export function ocrPath(file: string): string {
  return fileURLToPath(new URL(file, FOLDER));
}

export function readOcrJson(file: string): unknown {
  return JSON.parse(readFileSync(ocrPath(file), 'utf8'));
}

export function stagesOf(name: string): Stages {
  return readOcrJson(`stages/${name}/stages.json`) as Stages;
}

export function readStage(name: string, { file }: StageFile): Float32Array {
  const bytes = Uint8Array.from(gunzipSync(readFileSync(ocrPath(`stages/${name}/${file}`))));
  return new Float32Array(bytes.buffer);
}

/** A picture as cv2.imread gives it. */
export function readOcrPicture(file: string): Promise<Picture> {
  return decodePicture(ocrPath(file), DEFAULT_DECODE);
}
