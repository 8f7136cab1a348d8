import { CLASSIFICATION } from './classification.js';
import { DETECTION } from './detection.js';
import { OCR } from './ocr.js';
import type { OfficialModel } from './official-model.js';
import { SEGMENTATION } from './segmentation.js';

export type { OfficialModel } from './official-model.js';

/** Every official model, by task. */
export const OFFICIAL_MODELS: readonly OfficialModel[] = [
  ...OCR,
  ...CLASSIFICATION,
  ...DETECTION,
  ...SEGMENTATION,
];

/** The official model of a name. */
export function officialModel(name: string): OfficialModel | undefined {
  return OFFICIAL_MODELS.find((model) => model.name === name);
}
