import type { Preprocessor } from '../../contracts/model.js';
import { sizeOf, type Picture, type PictureSize } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { TensorScratch } from '../../ops/picture-tensor.js';
import { firstResize, StageList } from '../../ops/picture-stages.js';
import { batchTensor } from '../operators/batch-tensor.js';
import { applyStep, type SegStep } from './operators/index.js';

/** What the postprocessor knows of a picture. */
export interface SegContext {
  /** Of the picture itself. */
  width: number;
  height: number;
  /** Which part of the network's input, from its upper left corner, is the picture and no padding; 0 to 1. */
  usedX: number;
  usedY: number;
}

/** PaddleSeg's preprocessing: the config's transforms over an RGB picture. */
export class SegPreprocessor implements Preprocessor<SegContext> {
  private readonly scratch = new TensorScratch();

  constructor(
    private readonly steps: readonly SegStep[],
    private readonly input: string,
  ) {}

  shapeKey(picture: Picture): string {
    const { width, height } = prepare(this.steps, sizeOf(picture));
    return `${width}x${height}`;
  }

  resizedSize(size: PictureSize): PictureSize | undefined {
    return firstResize(prepare(this.steps, size));
  }

  run(pictures: readonly Picture[]): { feeds: Record<string, Tensor>; contexts: SegContext[] } {
    const sizes = pictures.map(sizeOf);
    const lists = sizes.map((size) => prepare(this.steps, size));
    const { width, height } = lists[0]!;
    const tensor = batchTensor(pictures, lists, { layout: 'chw', order: 'rgb' }, this.scratch);
    return {
      feeds: { [this.input]: tensor },
      contexts: lists.map(({ placement }, i) => ({
        ...sizes[i]!,
        usedX: Math.min(1, (sizes[i]!.width * placement.scaleX) / width),
        usedY: Math.min(1, (sizes[i]!.height * placement.scaleY) / height),
      })),
    };
  }
}

/**
 * The stages that a picture of this size goes through.
 * @throws FdeployError of kind `picture` where it does not fit a transform
 */
export function prepare(steps: readonly SegStep[], { width, height }: PictureSize): StageList {
  const stages = new StageList(width, height);
  for (const step of steps) applyStep(step, stages);
  return stages;
}
