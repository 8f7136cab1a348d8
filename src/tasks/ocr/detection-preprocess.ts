import type { InputBuffer, Preprocessor } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pictureToTensor, TensorScratch } from '../../ops/picture-tensor.js';
import type { DetectionConfig } from './config.js';
import { detectionSize, type DetectionSize } from './detection-size.js';
import { TensorBuffer } from '../tensor-buffer.js';

/** A picture's own size and how it lies in the network's input. */
export interface DetectionContext extends DetectionSize {
  readonly pictureWidth: number;
  readonly pictureHeight: number;
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
    const { order, scale, mean, std } = this.config;
    const contexts = pictures.map(({ width, height }) => ({
      ...detectionSize(width, height, this.config),
      pictureWidth: width,
      pictureHeight: height,
    }));
    const { width, height } = contexts[0]!;
    const values = 3 * width * height;
    const data = buffer.take(pictures.length * values);
    const black = [0, 1, 2].map((i) => -mean[i]! / std[i]!) as [number, number, number];
    pictures.forEach((picture, i) => {
      const { contentWidth, contentHeight, left, top } = contexts[i]!;
      const plan = {
        resizedWidth: contentWidth,
        resizedHeight: contentHeight,
        interpolation: 'linear',
        backend: 'cv2',
        crop: { x: 0, y: 0, width: contentWidth, height: contentHeight },
        outWidth: width,
        outHeight: height,
        placeX: left,
        placeY: top,
        padValue: black,
        order,
        scale,
        mean,
        std,
        layout: 'chw',
      } as const;
      pictureToTensor(picture, plan, data, i * values, this.#scratch);
    });
    const dims = [pictures.length, 3, height, width];
    return { feeds: { [this.input]: { type: 'float32', dims, data } }, contexts };
  }
}
