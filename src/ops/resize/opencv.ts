import { stepBySize, type Interpolation, type ResizeGeometry, type RowSampler } from './geometry.js';
import { byteSampler, floatSampler } from './sampler.js';
import { roundHalfEven } from '../round.js';

export { INTERPOLATIONS, type Interpolation } from './geometry.js';

/** Pixels of any channel count, interleaved, rows from the top without padding. */
export interface PixelGrid<Data extends Uint8Array | Float32Array = Uint8Array | Float32Array> {
  readonly data: Data;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

/**
 * cv2.resize by size: equal to OpenCV 4.10's to the bit for bytes (cubic: within 1), for float32 within 1e-5 of
 * the values' range.
 * @param width of the result in pixels, 1 or more
 * @param height of the result in pixels, 1 or more
 */
export function resize<Data extends Uint8Array | Float32Array>(
  source: PixelGrid<Data>,
  width: number,
  height: number,
  interpolation: Interpolation,
): PixelGrid<Data> {
  const stepX = stepBySize(source.width, width);
  const stepY = stepBySize(source.height, height);
  return resizeWithSteps(source, width, height, stepX, stepY, interpolation);
}

/**
 * cv2.resize by factors: the result has round(size * factor) pixels, halves to even, and its pixels lie exactly
 * 1 / factor source pixels apart.
 */
export function resizeByFactor<Data extends Uint8Array | Float32Array>(
  source: PixelGrid<Data>,
  factorX: number,
  factorY: number,
  interpolation: Interpolation,
): PixelGrid<Data> {
  const width = roundHalfEven(source.width * factorX);
  const height = roundHalfEven(source.height * factorY);
  return resizeWithSteps(source, width, height, 1 / factorX, 1 / factorY, interpolation);
}

/** As `resize`, with the source pixels between two resized pixels given: 1 / fx for a resize by a factor. */
export function resizeWithSteps<Data extends Uint8Array | Float32Array>(
  source: PixelGrid<Data>,
  width: number,
  height: number,
  stepX: number,
  stepY: number,
  interpolation: Interpolation,
): PixelGrid<Data> {
  const { channels } = source;
  const geometry: ResizeGeometry = {
    sourceWidth: source.width,
    sourceHeight: source.height,
    channels,
    width,
    height,
    stepX,
    stepY,
    firstColumn: 0,
    columns: width,
  };
  const isBytes = source.data instanceof Uint8Array;
  const data = (
    isBytes ? new Uint8Array(width * height * channels) : new Float32Array(width * height * channels)
  ) as Data;
  const sampler = (isBytes
    ? byteSampler(interpolation, geometry)
    : floatSampler(interpolation, geometry)) as unknown as RowSampler<Data>;
  sampler.use(source.data);
  const stride = width * channels;
  for (let y = 0; y < height; y++) sampler.row(y, data, y * stride);
  return { data, width, height, channels };
}
