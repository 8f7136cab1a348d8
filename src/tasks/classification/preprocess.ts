import { FdeployError } from '../../contracts/errors.js';
import type { InputBuffer, Preprocessor } from '../../contracts/model.js';
import { sizeOf, type Picture, type PictureSize } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { pictureToTensor, TensorScratch, type TensorPlan } from '../../ops/picture-tensor.js';
import { roundHalfEven } from '../../ops/round.js';
import { TensorBuffer } from '../tensor-buffer.js';
import type { ClasPreprocessing } from './config.js';

const UNCHANGED = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;

/** PaddleClas's preprocessing: resize, centre crop, normalise and layout in one pass over the network's input. */
export class ClasPreprocessor implements Preprocessor<undefined> {
  private readonly scratch = new TensorScratch();

  constructor(
    private readonly steps: ClasPreprocessing,
    private readonly inputName: string,
  ) {}

  shapeKey(picture: Picture): string {
    const { outWidth, outHeight } = this.plan(sizeOf(picture));
    return `${outWidth}x${outHeight}`;
  }

  resizedSize(size: PictureSize): PictureSize | undefined {
    if (!this.steps.resize) return undefined;
    const { resizedWidth, resizedHeight } = this.plan(size);
    return { width: resizedWidth, height: resizedHeight };
  }

  run(
    pictures: readonly Picture[],
    buffer: InputBuffer = new TensorBuffer(),
  ): { feeds: Record<string, Tensor>; contexts: undefined[] } {
    const { outWidth, outHeight } = this.plan(sizeOf(pictures[0]!));
    const { channels, layout } = this.steps;
    const volume = channels * outWidth * outHeight;
    const data = buffer.take(pictures.length * volume);
    if (channels === 4) data.fill(0);
    pictures.forEach((picture, i) => {
      this.write(picture, data.subarray(i * volume, (i + 1) * volume));
    });
    const dims = layout === 'chw' ? [channels, outHeight, outWidth] : [outHeight, outWidth, channels];
    const tensor: Tensor = { type: 'float32', dims: [pictures.length, ...dims], data };
    return { feeds: { [this.inputName]: tensor }, contexts: pictures.map(() => undefined) };
  }

  private write(picture: Picture, out: Float32Array): void {
    const plan = this.plan(sizeOf(picture));
    if (this.steps.channels === 4 && plan.layout === 'hwc') {
      const three = new Float32Array(plan.outWidth * plan.outHeight * 3);
      pictureToTensor(picture, plan, three, 0, this.scratch);
      for (let from = 0, to = 0; from < three.length; from += 3, to += 4) {
        out[to] = three[from]!;
        out[to + 1] = three[from + 1]!;
        out[to + 2] = three[from + 2]!;
      }
    } else {
      pictureToTensor(picture, plan, out, 0, this.scratch);
    }
  }

  /** @throws FdeployError IMAGE_TOO_SMALL if the crop is larger than the resized picture */
  private plan({ width, height }: PictureSize): TensorPlan {
    const { resize, crop, normalize = UNCHANGED, order, layout } = this.steps;
    const [resizedWidth, resizedHeight] = resizedSize(this.steps, width, height);
    const [cropWidth, cropHeight] = crop ?? [resizedWidth, resizedHeight];
    if (cropWidth > resizedWidth || cropHeight > resizedHeight) {
      const message = `the picture is ${resizedWidth} x ${resizedHeight} after resizing, smaller than the crop of ${cropWidth} x ${cropHeight}`;
      throw new FdeployError('IMAGE_TOO_SMALL', message);
    }
    return {
      resizedWidth,
      resizedHeight,
      interpolation: resize?.interpolation ?? 'linear',
      backend: resize?.backend ?? 'cv2',
      crop: {
        x: Math.floor((resizedWidth - cropWidth) / 2),
        y: Math.floor((resizedHeight - cropHeight) / 2),
        width: cropWidth,
        height: cropHeight,
      },
      outWidth: cropWidth,
      outHeight: cropHeight,
      placeX: 0,
      placeY: 0,
      padValue: [0, 0, 0],
      order,
      scale: normalize.scale,
      mean: normalize.mean,
      std: normalize.std,
      layout,
    };
  }
}

/** Width and height after the resize step; PaddleClas rounds the longer side with Python's `round`. */
function resizedSize({ resize }: ClasPreprocessing, width: number, height: number): [number, number] {
  if (!resize) return [width, height];
  if (resize.size) return resize.size;
  const ratio = resize.short! / Math.min(width, height);
  return [roundHalfEven(width * ratio), roundHalfEven(height * ratio)];
}
