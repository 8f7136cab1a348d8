import type { StageList } from '../../../ops/picture-stages.js';
import type { Operator } from '../../operators/table.js';

/** What the operators of one picture make of it; sizes and factors are height first, as PaddleDetection has them. */
export interface DetState {
  readonly stages: StageList;
  /** Size after the resize, before any padding. */
  imShape: [height: number, width: number];
  scaleFactor: [y: number, x: number];
  layout: 'chw' | 'hwc';
  order: 'rgb' | 'bgr';
}

/** What an operator may ask of the whole config. */
export interface OperatorContext {
  readonly arch: string;
  /** Exported by PaddleDetection before 2.0 (`mode: fluid`). */
  readonly fluid: boolean;
}

/** One entry of `Preprocess`. */
export type DetOperator<Settings> = Operator<Settings, OperatorContext, DetState>;
