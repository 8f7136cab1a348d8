import type { InputBuffer, Preprocessor } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pictureToTensor, TensorScratch, type TensorPlan } from '../../ops/picture-tensor.js';
import type { OrientationConfig } from './config.js';
import { linePlan } from './line-plan.js';
import { TensorBuffer } from '../tensor-buffer.js';

/** Lines to the input of the orientation network. */
export class OrientationPreprocessor implements Preprocessor<null> {
  readonly #scratch = new TensorScratch();

  /** @param input name of the network's input */
  constructor(
    readonly config: OrientationConfig,
    readonly input: string,
  ) {}

  /** Lines of any size share a batch. */
  shapeKey(): string {
    return '';
  }

  run(
    lines: readonly Picture[],
    buffer: InputBuffer = new TensorBuffer(),
  ): { feeds: Record<string, Tensor>; contexts: null[] } {
    const { width, height } = this.config;
    const values = 3 * width * height;
    const data = buffer.take(lines.length * values);
    lines.forEach((line, i) => {
      pictureToTensor(line, this.#plan(line), data, i * values, this.#scratch);
    });
    const dims = [lines.length, 3, height, width];
    return { feeds: { [this.input]: { type: 'float32', dims, data } }, contexts: lines.map(() => null) };
  }

  #plan(line: Picture): TensorPlan {
    const { width, height, keepRatio, longest = Infinity } = this.config;
    const ratio = line.width / line.height;
    if (ratio > longest) {
      const resized = Math.round((width * ratio) / longest);
      const x = (resized - width) >> 1;
      return { ...linePlan(this.config, resized, width), crop: { x, y: 0, width, height } };
    }
    const own = Math.ceil(height * ratio);
    return linePlan(this.config, keepRatio ? Math.min(own, width) : width, width);
  }
}
