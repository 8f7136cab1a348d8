import type { FlagTable } from './flag.js';
import type { OcrUserOptions } from './predict-options.js';
import { numberFrom, oneOf, positiveNumber, text, wholeNumber } from './values.js';

const OCR = 'OCR';

const score = numberFrom(0, 1);
const count = wholeNumber(1, 65_536);

/** Options of the OCR pipeline: its parts, and settings that override the profile and the config. */
export const OCR_FLAGS = {
  docModel: {
    flags: '--doc-model <model>',
    group: OCR,
    help: 'page orientation model (PP-LCNet_x1_0_doc_ori); overrides the one in --model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  detModel: {
    flags: '--det-model <model>',
    group: OCR,
    help: 'text detection model; overrides the one in --model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  clsModel: {
    flags: '--cls-model <model>',
    group: OCR,
    help: 'text orientation model; overrides the one in --model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  recModel: {
    flags: '--rec-model <model>',
    group: OCR,
    help: 'text recognition model; overrides the one in --model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  recDict: {
    flags: '--rec-dict <file>',
    group: OCR,
    help: 'dictionary of the recognition model, one character per line',
    fallback: "the model config's",
    tasks: ['ocr'],
    path: true,
    read: text('the name of a file'),
  },
  lang: {
    flags: '--lang <code>',
    group: OCR,
    help: 'language of an OCR set known by name, such as korean, de or ar',
    fallback: "the set's own",
    tasks: ['ocr'],
    read: text('the code of a language'),
  },
  cls: {
    flags: '--no-cls',
    group: OCR,
    help: 'skip the orientation step',
    tasks: ['ocr'],
  },
  ocrProfile: {
    flags: '--ocr-profile <profile>',
    group: OCR,
    help: "sets all OCR defaults: best (most accurate) or paddleocr (exactly PaddleOCR's)",
    fallback: 'best',
    tasks: ['ocr'],
    read: oneOf(['best', 'paddleocr']),
  },
  words: {
    flags: '--words',
    group: OCR,
    help: 'also give the place of each word; of Chinese and Japanese text, of each character',
    tasks: ['ocr'],
  },
  detLimitSide: {
    flags: '--det-limit-side <n>',
    group: OCR,
    help: 'side length in pixels for --det-limit-type',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: wholeNumber(32, 65_536),
  },
  detLimitType: {
    flags: '--det-limit-type <type>',
    group: OCR,
    help: 'min: the shorter side is at least --det-limit-side; max: the longer side is at most that',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: oneOf(['min', 'max']),
  },
  detThresh: {
    flags: '--det-thresh <t>',
    group: OCR,
    help: 'minimum probability for a pixel to count as text',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: score,
  },
  detBoxThresh: {
    flags: '--det-box-thresh <t>',
    group: OCR,
    help: 'minimum mean probability for a box to count as text',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: score,
  },
  detUnclip: {
    flags: '--det-unclip <ratio>',
    group: OCR,
    help: 'how far boxes are expanded around their text',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: positiveNumber(),
  },
  clsBatch: {
    flags: '--cls-batch <n>',
    group: OCR,
    help: 'text lines per inference of the orientation model',
    fallback: '1',
    tasks: ['ocr'],
    read: count,
  },
  recBatch: {
    flags: '--rec-batch <n>',
    group: OCR,
    help: 'maximum text lines per inference of the recognition model; the best profile only batches lines of equal width',
    fallback: '6',
    tasks: ['ocr'],
    read: count,
  },
} as const satisfies FlagTable<OcrUserOptions>;
