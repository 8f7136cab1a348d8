import type { OcrSettings } from '../../contracts/spec.js';
import type { DetectionConfig, OrientationConfig, RecognitionConfig } from './config.js';

export const IMAGENET = {
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;
/** Lines of text: -1 to 1. */
export const CENTRED = { scale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;

/** What a profile settles where neither the caller nor the model's config does. */
export interface Profile {
  readonly detection: DetectionConfig;
  readonly orientation: OrientationConfig;
  readonly recognition: Omit<RecognitionConfig, 'dictionary' | 'dynamicWidth'>;
}

const ORIENTATION = {
  ...CENTRED,
  order: 'bgr',
  width: 192,
  height: 48,
  keepRatio: true,
  threshold: 0.9,
  batch: 1,
} as const;

const RECOGNITION = {
  ...CENTRED,
  order: 'bgr',
  height: 48,
  minWidth: 320,
  padding: 0,
  maxWidth: 3200,
  batch: 6,
  equalWidths: false,
  threshold: 0,
} as const;

const PADDLEOCR: Profile = {
  detection: {
    ...IMAGENET,
    order: 'bgr',
    limits: { type: 'max', side: 960, maxSide: 4000 },
    threshold: 0.3,
    boxThreshold: 0.6,
    unclipRatio: 1.5,
    maxCandidates: 1000,
    score: 'fast',
    dilate: false,
  },
  orientation: ORIENTATION,
  recognition: RECOGNITION,
};

/**
 * What reads best at a bearable cost, by the pictures that were measured (docs/ocr.md). Long pictures are padded
 * before they are shrunk; letters that the threshold tore apart are joined by the dilation; the orientation of a long
 * line is judged by its middle instead of by the whole line squeezed to a fifth; no line is filled up to share a batch,
 * so that its score hangs on no other line and no time goes into padding.
 */
const BEST: Profile = {
  detection: {
    ...PADDLEOCR.detection,
    limits: {
      ...{ type: 'max', side: 960, maxSide: 4000, padBeyond: 8 },
      smallText: { height: 6.5, wanted: 8, maxPixels: 4_600_000, tilePixels: 1_200_000 },
    },
    boxThreshold: 0.5,
    unclipRatio: 1.6,
    dilate: true,
  },
  orientation: { ...ORIENTATION, longest: 8 },
  recognition: {
    ...RECOGNITION,
    minWidth: 96,
    padding: 16,
    equalWidths: true,
    batchColumns: 576,
    wideLines: { part: 20, overlap: 2 },
  },
};

/** All OCR defaults at once: what reads best, or exactly PaddleOCR's. */
export const PROFILES: Readonly<Record<OcrSettings['profile'], Profile>> = {
  best: BEST,
  paddleocr: PADDLEOCR,
};
