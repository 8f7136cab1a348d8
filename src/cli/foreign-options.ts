import type { Command } from 'commander';

/** Options of other tools (Paddle's suites, PaddleX, RapidOCR, ultralytics) by their names here. */
export const FOREIGN_NAMES: Readonly<Record<string, readonly string[]>> = {
  '--model': [
    'model-dir',
    'model-path',
    'model-name',
    'weights',
    'pipeline',
    'text-detection-model-name',
    'ocr-version',
  ],
  '--model-config': ['config', 'cfg', 'config-path', 'config-file'],
  '--precision': ['dtype', 'quantize', 'half', 'fp16', 'enable-fp16', 'use-fp16'],
  '--labels': ['label-path', 'label-file', 'label-list', 'class-id-map-file', 'names', 'data'],
  '--threshold': [
    'conf',
    'conf-thres',
    'conf-threshold',
    'score',
    'score-thresh',
    'score-threshold',
    'text-score',
    'drop-score',
    'text-rec-score-thresh',
  ],
  '--topk': ['top-k', 'top5', 'k'],
  '--batch-size': ['batch', 'bs'],
  '--workers': ['num-workers', 'nproc', 'total-process-num', 'processes', 'jobs', 'j'],
  '--threads-per-worker': ['cpu-threads', 'num-threads', 'threads', 'cpu-num', 'intra-op-num-threads'],
  '--output': ['save-path', 'output-path', 'save-json', 'out', 'result'],
  '--save-images': [
    'save',
    'save-dir',
    'output-dir',
    'vis',
    'vis-res',
    'vis-save-path',
    'save-img',
    'visualize',
  ],
  '--max-pixels': ['max-size', 'max-image-size'],
  '--doc-model': ['doc-orientation-classify-model-dir', 'use-doc-orientation-classify'],
  '--det-model': ['det-model-dir', 'det-model-path', 'text-detection-model-dir'],
  '--cls-model': ['cls-model-dir', 'cls-model-path', 'textline-orientation-model-dir'],
  '--rec-model': ['rec-model-dir', 'rec-model-path', 'text-recognition-model-dir'],
  '--rec-dict': ['rec-char-dict-path', 'rec-keys-path', 'dict', 'character-dict'],
  '--no-cls': ['use-angle-cls', 'use-cls', 'use-textline-orientation'],
  '--det-limit-side': ['det-limit-side-len', 'text-det-limit-side-len', 'limit-side-len', 'max-side-len'],
  '--det-limit-type': ['text-det-limit-type', 'limit-type'],
  '--det-thresh': ['det-db-thresh', 'text-det-thresh'],
  '--det-box-thresh': ['det-db-box-thresh', 'text-det-box-thresh', 'box-thresh'],
  '--det-unclip': ['det-db-unclip-ratio', 'text-det-unclip-ratio', 'unclip-ratio'],
  '--cls-batch': ['cls-batch-num', 'textline-orientation-batch-size'],
  '--rec-batch': ['rec-batch-num', 'text-recognition-batch-size'],
  '--quiet': ['verbose', 'show-log', 'print-verbose'],
};

/** Hints for options that fdeploy does not have. */
const SENTENCES: readonly (readonly [sentence: string, names: readonly string[]])[] = [
  [
    'name pictures without an option: fdeploy predict photos/',
    [
      'input',
      'i',
      'source',
      'image',
      'images',
      'img',
      'img-path',
      'image-dir',
      'image-file',
      'image-path',
      'infer-img',
      'infer-imgs',
      'predict-path',
    ],
  ],
  ['use --device cuda or --device webgpu', ['gpu', 'gpu-id', 'use-gpu', 'use-cuda', 'cuda']],
  ['use --backend', ['engine-type', 'run-mode']],
  [
    "the input size comes from the model's config",
    ['imgsz', 'img-size', 'input-size', 'image-shape', 'target-size', 'resize'],
  ],
  [
    "NMS is set in the NMS section of the model's config",
    ['iou', 'iou-thres', 'nms-threshold', 'max-det', 'agnostic-nms'],
  ],
  [
    "unwarping is named in a PaddleX pipeline's yaml: --model OCR.yaml",
    ['use-doc-unwarping', 'doc-unwarping-model-dir', 'doc-unwarping-model-name'],
  ],
  ['the language depends on the recognition model: use --rec-model and --rec-dict', ['lang', 'language']],
];

/** `--Batch_Size` as `batch-size`. */
const plain = (option: string): string =>
  option.replace(/^-+/, '').replace(/=.*$/, '').replaceAll('_', '-').toLowerCase();

/**
 * A hint for an option that a command does not have.
 * @param option as typed, or a word like `conf=0.5`
 * @returns text for the end of a message; undefined if there is no hint
 */
export function meantBy(option: string, command: Command): string | undefined {
  const name = plain(option);
  const has = (long: string): boolean => command.options.some((known) => known.long === long);
  if (has(`--${name}`)) return `did you mean --${name}?`;
  const long = Object.keys(FOREIGN_NAMES).find((known) => FOREIGN_NAMES[known]!.includes(name));
  if (long !== undefined && has(long)) return `did you mean ${long}?`;
  if (command.name() !== 'predict') return undefined;
  return SENTENCES.find(([, names]) => names.includes(name))?.[0];
}
