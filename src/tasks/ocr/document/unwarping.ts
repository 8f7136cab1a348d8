import { FdeployError } from '../../../contracts/errors.js';
import type { InputBuffer, Postprocessor, Preprocessor } from '../../../contracts/model.js';
import type { Picture, PictureSize } from '../../../contracts/picture.js';
import type { RuntimeHandle } from '../../../contracts/runtime.js';
import type { Tensor } from '../../../contracts/tensor.js';
import { pictureToTensor, TensorScratch } from '../../../ops/picture-tensor.js';
import type { SamplingGrid } from '../../../ops/sample-picture.js';
import { openRuntime } from '../../../runtime/index.js';
import { requireFinite } from '../../require-finite.js';
import { TensorBuffer } from '../../tensor-buffer.js';
import { OcrStage } from '../stage.js';
import type { UnwarpingConfig } from './read-unwarping.js';

/** Unwarping: pictures to the points from which the flat page is sampled. */
export type UnwarpingStage = OcrStage<null, SamplingGrid>;

/** Opens a session of an unwarping network. */
export async function openUnwarping(
  config: UnwarpingConfig,
  runtime: RuntimeHandle,
): Promise<UnwarpingStage> {
  return new OcrStage(
    new UnwarpingPreprocessor(config),
    await openRuntime(runtime),
    new UnwarpingPostprocessor(config.output),
  );
}

/** UVDoc looks at 488 x 712 pixels: larger pictures are shrunk before they become a tensor of floats. */
const LONGEST = 4096;

/** A picture to the network's input: BGR, from 0 to 1 (PaddleX's `WarpPredictor`). */
class UnwarpingPreprocessor implements Preprocessor<null> {
  readonly #scratch = new TensorScratch();

  constructor(private readonly config: UnwarpingConfig) {}

  #inputSize({ width, height }: PictureSize): PictureSize {
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    const side = (length: number): number => Math.max(1, Math.round(scale * length));
    return this.config.fixedSize ?? { width: side(width), height: side(height) };
  }

  shapeKey(picture: Picture): string {
    const { width, height } = this.#inputSize(picture);
    return `${width}x${height}`;
  }

  run(
    pictures: readonly Picture[],
    buffer: InputBuffer = new TensorBuffer(),
  ): { feeds: Record<string, Tensor>; contexts: null[] } {
    const { width, height } = this.#inputSize(pictures[0]!);
    const values = 3 * width * height;
    const data = buffer.take(pictures.length * values);
    pictures.forEach((picture, i) => {
      pictureToTensor(
        picture,
        {
          ...{ resizedWidth: width, resizedHeight: height, interpolation: 'linear', backend: 'cv2' },
          ...{ crop: { x: 0, y: 0, width, height }, outWidth: width, outHeight: height },
          ...{ placeX: 0, placeY: 0, padValue: [0, 0, 0], layout: 'chw' },
          ...{ order: 'bgr', scale: 1 / 255, mean: [0, 0, 0], std: [1, 1, 1] },
        },
        data,
        i * values,
        this.#scratch,
      );
    });
    const dims = [pictures.length, 3, height, width];
    return {
      feeds: { [this.config.input]: { type: 'float32', dims, data } },
      contexts: pictures.map(() => null),
    };
  }
}

/** Points `[N, 2, rows, columns]` or `[N, rows, columns, 2]`. */
class UnwarpingPostprocessor implements Postprocessor<null, SamplingGrid> {
  constructor(private readonly output: string) {}

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly null[]): SamplingGrid[] {
    const tensor = outputs[this.output];
    const [count = 0, ...dims] = tensor?.dims ?? [];
    const planes = dims[0] === 2;
    const [rows = 0, columns = 0] = planes ? dims.slice(1) : dims;
    if (
      tensor?.type !== 'float32' ||
      (!planes && dims[2] !== 2) ||
      count < contexts.length ||
      rows * columns === 0
    ) {
      const found = tensor ? `${tensor.type} [${tensor.dims.join(', ')}]` : 'nothing';
      throw new FdeployError('RESULT_INVALID', `unwarping gave ${found} where points were expected`, {
        found,
      });
    }
    requireFinite(tensor.data, `output ${this.output} of unwarping`);
    const size = 2 * rows * columns;
    return contexts.map((_, i) => ({
      ...{ rows, columns, points: tensor.data.slice(i * size, (i + 1) * size) },
      ...(planes ? { step: 1, toY: rows * columns } : { step: 2, toY: 1 }),
    }));
  }
}
