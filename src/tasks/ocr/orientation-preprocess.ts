import type { Preprocessor } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pictureToTensor, TensorScratch } from '../../ops/picture-tensor.js';
import type { OrientationConfig } from './config.js';
import { linePlan } from './line-plan.js';
import { TensorBuffer } from './tensor-buffer.js';

/** Lines to the input of the orientation network. The feeds are valid until the next run. */
export class OrientationPreprocessor implements Preprocessor<null> {
  readonly #scratch = new TensorScratch();
  readonly #buffer = new TensorBuffer();

  /** @param input name of the network's input */
  constructor(
    readonly config: OrientationConfig,
    readonly input: string,
  ) {}

  /** Lines of any size share a batch. */
  shapeKey(): string {
    return '';
  }

  run(lines: readonly Picture[]): { feeds: Record<string, Tensor>; contexts: null[] } {
    const { width, height, keepRatio } = this.config;
    const values = 3 * width * height;
    const data = this.#buffer.take(lines.length * values);
    lines.forEach((line, i) => {
      const own = Math.ceil(height * (line.width / line.height));
      const resized = keepRatio ? Math.min(own, width) : width;
      pictureToTensor(line, linePlan(this.config, resized, width), data, i * values, this.#scratch);
    });
    const dims = [lines.length, 3, height, width];
    return { feeds: { [this.input]: { type: 'float32', dims, data } }, contexts: lines.map(() => null) };
  }
}
