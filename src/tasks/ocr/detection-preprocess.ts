import type { InputBuffer, Preprocessor } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pictureToTensor, TensorScratch, type TensorPlan } from '../../ops/picture-tensor.js';
import type { DetectionConfig } from './config.js';
import { detectionSize, type DetectionSize } from './detection-size.js';
import { TensorBuffer } from '../tensor-buffer.js';

/** A picture's own size and how it lies in the network's input. */
export interface DetectionContext extends DetectionSize {
  readonly pictureWidth: number;
  readonly pictureHeight: number;
}

/** A part of an input, in its pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pictures to the input of text detection. */
export class DetectionPreprocessor implements Preprocessor<DetectionContext> {
  readonly #scratch = new TensorScratch();

  /** @param input name of the network's input */
  constructor(
    readonly config: DetectionConfig,
    readonly input: string,
  ) {}

  shapeKey({ width, height }: Picture): string {
    const size = detectionSize(width, height, this.config);
    return `${size.width}x${size.height}`;
  }

  run(
    pictures: readonly Picture[],
    buffer: InputBuffer = new TensorBuffer(),
  ): { feeds: Record<string, Tensor>; contexts: DetectionContext[] } {
    const contexts = pictures.map(({ width, height }) => ({
      ...detectionSize(width, height, this.config),
      pictureWidth: width,
      pictureHeight: height,
    }));
    const { width, height } = contexts[0]!;
    const values = 3 * width * height;
    const data = buffer.take(pictures.length * values);
    pictures.forEach((picture, i) => {
      const plan = this.#plan(picture, contexts[i]!, { x: 0, y: 0, width, height });
      pictureToTensor(picture, plan, data, i * values, this.#scratch);
    });
    const dims = [pictures.length, 3, height, width];
    return { feeds: { [this.input]: { type: 'float32', dims, data } }, contexts };
  }

  /** The part `tile` of the input that a picture would have at `size`. */
  tile(
    picture: Picture,
    size: DetectionSize,
    tile: Rectangle,
    buffer: InputBuffer = new TensorBuffer(),
  ): Record<string, Tensor> {
    const { width, height } = tile;
    const data = buffer.take(3 * width * height);
    pictureToTensor(picture, this.#plan(picture, size, tile), data, 0, this.#scratch);
    return { [this.input]: { type: 'float32', dims: [1, 3, height, width], data } };
  }

  /** The values around a picture: of its edge where it is padded by choice, black else. */
  #padValue(picture: Picture): [number, number, number] {
    const { order, scale, mean, std, limits } = this.config;
    const edge = limits.padBeyond === undefined ? [0, 0, 0] : edgeColour(picture);
    const colour = order === picture.order ? edge : edge.reverse();
    return colour.map((value, i) => (value * scale - mean[i]!) / std[i]!) as [number, number, number];
  }

  #plan(picture: Picture, size: DetectionSize, tile: Rectangle): TensorPlan {
    const { order, scale, mean, std } = this.config;
    const { contentWidth, contentHeight, left, top } = size;
    const x = Math.max(0, tile.x - left);
    const y = Math.max(0, tile.y - top);
    const placeX = Math.max(0, left - tile.x);
    const placeY = Math.max(0, top - tile.y);
    const width = Math.min(contentWidth - x, tile.width - placeX);
    const height = Math.min(contentHeight - y, tile.height - placeY);
    return {
      resizedWidth: contentWidth,
      resizedHeight: contentHeight,
      interpolation: 'linear',
      backend: 'cv2',
      crop: { x, y, width, height },
      outWidth: tile.width,
      outHeight: tile.height,
      placeX,
      placeY,
      padValue: this.#padValue(picture),
      order,
      scale,
      mean,
      std,
      layout: 'chw',
    };
  }
}

/** The commonest value of each channel in the first and the last row. */
function edgeColour({ data, width, height }: Picture): number[] {
  return [0, 1, 2].map((channel) => {
    const counts = new Uint32Array(256);
    for (const row of [0, height - 1]) {
      for (let x = 0; x < width; x++) counts[data[(row * width + x) * 3 + channel]!]!++;
    }
    return counts.indexOf(Math.max(...counts));
  });
}
