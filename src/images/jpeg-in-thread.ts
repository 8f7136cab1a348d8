import { createRequire } from 'node:module';
import type { Picture } from '../contracts/picture.js';
import type { PictureHeader } from './headers/header.js';

const load = createRequire(import.meta.url);

/** The class of the WebAssembly module. An instance keeps buffers as large as its largest picture. */
interface JpegDecoder {
  /** Memory for an encoded picture of this many bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  /** @throws also where libjpeg only warns; the memory of that call is lost then */
  decode(): void;
  /** A copy of the pixels, interleaved. */
  getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>;
  getFrameInfo(): { width: number; height: number; componentCount: number };
}

type MakeModule = (settings: object) => Promise<{ JPEGDecoder: new () => JpegDecoder }>;

/** Larger pictures would leave their size in the memory of every thread. */
const MAX_PIXELS = 2_000_000;

let decoder: Promise<JpegDecoder> | undefined;

/**
 * Decodes a usual JPEG in the calling thread, with libjpeg-turbo as WebAssembly; the pixels are those of sharp. sharp decodes in
 * libuv's threads, and libvips takes locks that all threads of a process share: 16 clones decoded no more than 8 did.
 * @returns undefined for what is left to sharp: CMYK, turned, large and damaged pictures
 */
export async function decodeJpegInThread(file: Buffer, header: PictureHeader): Promise<Picture | undefined> {
  if (header.cmyk || header.orientation !== 1 || header.width * header.height > MAX_PIXELS) return undefined;
  const jpeg = await (decoder ??= open());
  try {
    jpeg.getEncodedBuffer(file.length).set(file);
    jpeg.decode();
  } catch {
    decoder = undefined; // with the memory it lost
    return undefined; // sharp tells what is wrong, and what is only unusual
  }
  const { width, height, componentCount } = jpeg.getFrameInfo();
  const pixels = jpeg.getDecodedBuffer();
  const data = componentCount === 1 ? tripled(pixels) : new Uint8Array(pixels.buffer);
  return { data, width, height, channels: 3, order: 'rgb' };
}

/** Grey values as RGB. */
function tripled(grey: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let from = 0, to = 0; from < grey.length; from++, to += 3) {
    rgb[to] = rgb[to + 1] = rgb[to + 2] = grey[from]!;
  }
  return rgb;
}

async function open(): Promise<JpegDecoder> {
  const make = load('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs') as MakeModule;
  const { JPEGDecoder } = await make({});
  return new JPEGDecoder();
}
