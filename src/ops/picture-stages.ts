import type { Interpolation } from './resize/opencv.js';

export type Triple = readonly [number, number, number];

/** Resizes to `width` x `height`; `stepX`, `stepY` where the resize is by a factor (1 / fx). */
export interface ResizeStage {
  readonly kind: 'resize';
  readonly width: number;
  readonly height: number;
  readonly stepX?: number;
  readonly stepY?: number;
  readonly interpolation: Interpolation;
  readonly backend: 'cv2' | 'pil';
}

/** Puts what is there at `left`, `top` of a canvas of `width` x `height`; `value` is in the units that hold there. */
export interface PadStage {
  readonly kind: 'pad';
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly value: Triple;
}

/** cv2.warpAffine, linear, black outside: a pixel at p goes to p * scale + shift. */
export interface WarpStage {
  readonly kind: 'warp';
  readonly scale: number;
  readonly shiftX: number;
  readonly shiftY: number;
  readonly width: number;
  readonly height: number;
}

/** value = (value * scale - mean) / std, channels in the order RGB. */
export interface NormalizeStage {
  readonly kind: 'normalize';
  readonly scale: number;
  readonly mean: Triple;
  readonly std: Triple;
}

/** One step from a picture to the network's input. */
export type Stage = ResizeStage | PadStage | WarpStage | NormalizeStage;

/** How the pixels of the first picture lie in the last one: p * scale + shift. */
export interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** The stages of one picture, collected by a config's operators, with the size and the place of its pixels so far. */
export class StageList {
  readonly stages: Stage[] = [];
  width: number;
  height: number;
  placement: Placement = { scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 };

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
  }

  add(stage: Stage): void {
    this.stages.push(stage);
    if (stage.kind === 'normalize') return;
    const { scaleX, scaleY, shiftX, shiftY } = this.placement;
    switch (stage.kind) {
      case 'resize': {
        const x = stage.stepX === undefined ? stage.width / this.width : 1 / stage.stepX;
        const y = stage.stepY === undefined ? stage.height / this.height : 1 / stage.stepY;
        this.placement = { scaleX: scaleX * x, scaleY: scaleY * y, shiftX: shiftX * x, shiftY: shiftY * y };
        break;
      }
      case 'pad':
        this.placement = { scaleX, scaleY, shiftX: shiftX + stage.left, shiftY: shiftY + stage.top };
        break;
      case 'warp':
        this.placement = {
          scaleX: scaleX * stage.scale,
          scaleY: scaleY * stage.scale,
          shiftX: shiftX * stage.scale + stage.shiftX,
          shiftY: shiftY * stage.scale + stage.shiftY,
        };
    }
    this.width = stage.width;
    this.height = stage.height;
  }
}

/** The size that the stages resize a picture to first, where that is what they begin with. */
export function firstResize({ stages }: StageList): { width: number; height: number } | undefined {
  const [first] = stages;
  return first?.kind === 'resize' ? { width: first.width, height: first.height } : undefined;
}
