import type { InputBuffer, Preprocessor } from '../../contracts/model.js';
import type { Picture } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pictureToTensor, TensorScratch } from '../../ops/picture-tensor.js';
import type { RecognitionConfig } from './config.js';
import { linePlan } from './line-plan.js';
import type { InputColumns } from './reading.js';
import { TensorBuffer } from '../tensor-buffer.js';

/** Lines to the input of text recognition, each filled up to the widest. */
export class RecognitionPreprocessor implements Preprocessor<InputColumns> {
  readonly #scratch = new TensorScratch();

  /** @param input name of the network's input */
  constructor(
    readonly config: RecognitionConfig,
    readonly input: string,
  ) {}

  /** Lines of any size share a batch; those of like width waste less on padding. */
  shapeKey(): string {
    return '';
  }

  /** Width of the input that a line gets when it is read alone. */
  inputWidth({ width, height }: Picture): number {
    const { config } = this;
    if (!config.dynamicWidth) return config.minWidth;
    const { height: rows, minWidth, padding, maxWidth, step = 1 } = config;
    const ratio = Math.max(minWidth / rows, width / height + padding / rows);
    const columns = Math.min(Math.trunc(rows * ratio), maxWidth);
    return Math.ceil(columns / step) * step;
  }

  run(
    lines: readonly Picture[],
    buffer: InputBuffer = new TensorBuffer(),
  ): { feeds: Record<string, Tensor>; contexts: InputColumns[] } {
    const { height } = this.config;
    const widths = lines.map((line) => this.inputWidth(line));
    const batchWidth = Math.max(...widths);
    const values = 3 * height * batchWidth;
    const data = buffer.take(lines.length * values);
    const contexts = lines.map((line, i) => {
      const own = Math.min(Math.ceil(height * (line.width / line.height)), widths[i]!);
      const plan = linePlan(this.config, own, batchWidth);
      pictureToTensor(line, plan, data, i * values, this.#scratch);
      return batchWidth / own;
    });
    const dims = [lines.length, 3, height, batchWidth];
    return { feeds: { [this.input]: { type: 'float32', dims, data } }, contexts };
  }
}
