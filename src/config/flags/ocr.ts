import type { FlagTable } from './flag.js';
import type { OcrUserOptions } from './predict-options.js';
import { numberFrom, oneOf, positiveNumber, text, wholeNumber } from './values.js';

const OCR = 'OCR';

const score = numberFrom(0, 1);
const count = wholeNumber(1, 65_536);

/** The options of the OCR pipeline: its parts one by one, and its settings over the profile and the config. */
export const OCR_FLAGS = {
  detModel: {
    flags: '--det-model <model>',
    group: OCR,
    help: 'text detection model, instead of the one in --model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  clsModel: {
    flags: '--cls-model <model>',
    group: OCR,
    help: 'text orientation model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  recModel: {
    flags: '--rec-model <model>',
    group: OCR,
    help: 'text recognition model',
    tasks: ['ocr'],
    path: true,
    read: text('a directory or a file'),
  },
  recDict: {
    flags: '--rec-dict <file>',
    group: OCR,
    help: 'characters of the recognition model, one a line',
    fallback: "the model config's",
    tasks: ['ocr'],
    path: true,
    read: text('the name of a file'),
  },
  cls: {
    flags: '--no-cls',
    group: OCR,
    help: 'leave the orientation step out',
    tasks: ['ocr'],
  },
  ocrProfile: {
    flags: '--ocr-profile <profile>',
    group: OCR,
    help: "all OCR defaults at once: best (what reads best) or paddleocr (exactly PaddleOCR's)",
    fallback: 'best',
    tasks: ['ocr'],
    read: oneOf(['best', 'paddleocr']),
  },
  detLimitSide: {
    flags: '--det-limit-side <n>',
    group: OCR,
    help: 'side in pixels that --det-limit-type holds the picture to',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: wholeNumber(32, 65_536),
  },
  detLimitType: {
    flags: '--det-limit-type <type>',
    group: OCR,
    help: 'min: the shorter side is at least that long; max: the longer one at most',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: oneOf(['min', 'max']),
  },
  detThresh: {
    flags: '--det-thresh <t>',
    group: OCR,
    help: 'probability from which a pixel is text',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: score,
  },
  detBoxThresh: {
    flags: '--det-box-thresh <t>',
    group: OCR,
    help: 'mean probability from which a box is text',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: score,
  },
  detUnclip: {
    flags: '--det-unclip <ratio>',
    group: OCR,
    help: 'how far a box is grown around its text',
    fallback: "the profile's",
    tasks: ['ocr'],
    read: positiveNumber(),
  },
  clsBatch: {
    flags: '--cls-batch <n>',
    group: OCR,
    help: 'lines in one inference of the orientation model',
    fallback: '1',
    tasks: ['ocr'],
    read: count,
  },
  recBatch: {
    flags: '--rec-batch <n>',
    group: OCR,
    help: 'most lines in one inference of the recognition model; the profile best batches lines of equal width only',
    fallback: '6',
    tasks: ['ocr'],
    read: count,
  },
} as const satisfies FlagTable<OcrUserOptions>;
