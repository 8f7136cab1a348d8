/** Models that come with the install, by their names for `--model`. */
export const KNOWN_MODELS = {
  'ppocr-v4': 'PP-OCRv4 text detection, orientation and recognition (Chinese, English, digits)',
} as const;

export type KnownModel = keyof typeof KNOWN_MODELS;

export function isKnownModel(name: string): name is KnownModel {
  return Object.hasOwn(KNOWN_MODELS, name);
}
