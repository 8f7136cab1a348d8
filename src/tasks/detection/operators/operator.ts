import type { Fields } from '../../../config/fields.js';
import type { StageList } from '../../../ops/stages.js';

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

/** One entry of `Preprocess`: its settings are read once, as plain data, and applied to every picture. */
export interface DetOperator<Settings> {
  /** @throws FdeployError CONFIG_INVALID */
  read(fields: Fields, context: OperatorContext): Settings;
  /** @throws FdeployError where the picture does not fit the operator */
  apply(settings: Settings, state: DetState): void;
}
