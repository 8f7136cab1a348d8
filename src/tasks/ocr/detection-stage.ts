import type { DetectionPostprocessor } from './detection-postprocess.js';
import type { DetectionContext, DetectionPreprocessor } from './detection-preprocess.js';
import type { OcrStage } from './stage.js';
import type { TextBox } from './text-box.js';

/** Text detection: pictures to boxes in reading order. */
export type DetectionStage = OcrStage<
  DetectionContext,
  TextBox[],
  DetectionPreprocessor,
  DetectionPostprocessor
>;
