import type { Fields } from '../../config/fields.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';

/** What a network of the pipeline does. */
export type PartKind = 'det' | 'cls' | 'rec';
/** Something of each part that a model has. */
export type PerPart<Value> = Partial<Record<PartKind, Value>>;

/** Words of a name, or of a config's fields, that tell a network's part. */
const WORDS: Readonly<Record<PartKind, readonly string[]>> = {
  det: ['det', 'detection'],
  cls: ['cls', 'ori', 'orientation'],
  rec: ['rec', 'recognition'],
};
const POSTPROCESSES: Readonly<Record<string, PartKind>> = { DBPostProcess: 'det', CTCLabelDecode: 'rec' };

/** The part that the name of a file or folder tells: `ch_PP-OCRv4_det_infer`, `PP-LCNet_x0_25_textline_ori`, `rec`. */
export function kindByName(name: string): PartKind | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const kinds = (Object.keys(WORDS) as PartKind[]).filter((kind) =>
    WORDS[kind].some((word) => words.includes(word)),
  );
  return kinds.length === 1 ? kinds[0] : undefined;
}

/** The part that a suite's yml tells by its postprocess or its model's name. */
export function kindByConfig(config: Fields | undefined): PartKind | undefined {
  if (!config) return undefined;
  const post = config.child('PostProcess');
  const byPostprocess = POSTPROCESSES[post.string('name', '')];
  if (byPostprocess) return byPostprocess;
  const name = config.child('Global').string('model_name', '');
  return /ocr|textline/i.test(name) ? kindByName(name) : undefined;
}

/** The part that a network's output tells: a map, steps of classes, or classes. */
export function kindByOutput({ outputs }: RuntimeHandle): PartKind | undefined {
  const ranks: Readonly<Record<number, PartKind>> = { 4: 'det', 3: 'rec', 2: 'cls' };
  return ranks[outputs[0]?.dims.length ?? 0];
}
