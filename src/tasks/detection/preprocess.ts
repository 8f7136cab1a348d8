import type { Preprocessor } from '../../contracts/model.js';
import { sizeOf, type Picture, type PictureSize } from '../../contracts/picture.js';
import type { Tensor } from '../../contracts/tensor.js';
import { TensorScratch } from '../../ops/picture-tensor.js';
import { firstResize, StageList, type Placement } from '../../ops/picture-stages.js';
import { batchTensor } from '../operators/batch-tensor.js';
import { sideTensors, type DetInputs } from './inputs.js';
import { applyStep, type DetStep } from './operators/index.js';
import type { DetState } from './operators/operator.js';

/** What the postprocessor knows of a picture. */
export interface DetContext {
  width: number;
  height: number;
  /** Size of the network's input. */
  inputWidth: number;
  inputHeight: number;
  /** Where the picture's pixels lie in the network's input. */
  placement: Placement;
}

/** A picture's state before the first operator. */
export function initialState(width: number, height: number): DetState {
  return {
    stages: new StageList(width, height),
    imShape: [height, width],
    scaleFactor: [1, 1],
    layout: 'hwc',
    order: 'rgb',
  };
}

/** PaddleDetection's preprocessing: the config's operators, then the inputs that the graph names. */
export class DetPreprocessor implements Preprocessor<DetContext> {
  private readonly scratch = new TensorScratch();

  /** @param layout of the graph's input where its dimensions tell it; else the operators decide */
  constructor(
    private readonly steps: readonly DetStep[],
    private readonly inputs: DetInputs,
    private readonly layout?: 'chw' | 'hwc',
  ) {}

  shapeKey(picture: Picture): string {
    const { width, height } = this.prepare(sizeOf(picture)).stages;
    return `${width}x${height}`;
  }

  resizedSize(size: PictureSize): PictureSize | undefined {
    return firstResize(this.prepare(size).stages);
  }

  run(pictures: readonly Picture[]): { feeds: Record<string, Tensor>; contexts: DetContext[] } {
    const sizes = pictures.map(sizeOf);
    const states = sizes.map((size) => this.prepare(size));
    const [{ stages: first, layout, order }] = states as [DetState];
    const { width, height } = first;
    const lists = states.map(({ stages }) => stages);
    const tensor = batchTensor(pictures, lists, { layout: this.layout ?? layout, order }, this.scratch);
    const sides = sideTensors(
      this.inputs,
      states.map(({ imShape, scaleFactor }, i) => {
        const { width: original, height: originalHeight } = sizes[i]!;
        return {
          imShape,
          scaleFactor,
          width: original,
          height: originalHeight,
          padded: [height, width] as const,
        };
      }),
    );
    return {
      feeds: { [this.inputs.image]: tensor, ...sides },
      contexts: states.map(({ stages }, i) => ({
        ...sizes[i]!,
        inputWidth: width,
        inputHeight: height,
        placement: stages.placement,
      })),
    };
  }

  private prepare({ width, height }: PictureSize): DetState {
    const state = initialState(width, height);
    for (const step of this.steps) applyStep(step, state);
    return state;
  }
}
