import type { Labels } from '../../config/labels.js';
import type { DetectedObject } from '../../contracts/results.js';
import type { NmsSettings } from '../../ops/nms.js';
import type { OutputForm } from './outputs.js';

/** What a detection clone makes objects with: plain data. */
export interface DetPostprocessing {
  /** Left out where the declared outputs do not tell it; the first result does then. */
  form?: OutputForm;
  /** Lowest score of an object. */
  threshold: number;
  nms: NmsSettings;
  strides: number[];
  labels: Labels;
  /** Ids of the only classes that are wanted. Default: all. */
  classes?: number[];
  /** The graph divides boxes before suppression by scale_factor itself. */
  scaledByGraph: boolean;
  /** Boxes are parts of the picture's width and height (SSD before PaddleDetection 2.0). */
  relative: boolean;
  source: string;
  arch: string;
}

/** A row of the network before it is an object: in pixels of the picture, not yet clipped to it. */
export interface FoundBox {
  id: number;
  score: number;
  box: [number, number, number, number];
  /** Runs of the mask, made only for objects that are kept. */
  mask?: () => NonNullable<DetectedObject['mask']>;
}
