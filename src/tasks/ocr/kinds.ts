import type { Fields } from '../../config/fields.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';

/** What a network of the pipeline does with lines of text. */
export type LineKind = 'det' | 'cls' | 'rec';
/** What a network of the pipeline does: `doc` tells how a page lies, `unwarp` flattens it, the others deal with lines. */
export type PartKind = 'doc' | 'unwarp' | LineKind;
/** Something of each part that a model has. */
export type PerPart<Value> = Partial<Record<PartKind, Value>>;

/** Words of a name, or of a config's fields, that tell a network's part. */
const WORDS: Readonly<Record<LineKind, readonly string[]>> = {
  det: ['det', 'detection'],
  cls: ['cls', 'ori', 'orientation'],
  rec: ['rec', 'recognition'],
};
const POSTPROCESSES: Readonly<Record<string, LineKind>> = { DBPostProcess: 'det', CTCLabelDecode: 'rec' };

/**
 * The part that the name of a file or folder tells: `ch_PP-OCRv4_det_infer`, `PP-LCNet_x0_25_textline_ori`, `rec`. The
 * orientation of pages (`PP-LCNet_x1_0_doc_ori`) is not that of lines: a model says explicitly that it has such a network.
 */
export function kindByName(name: string): LineKind | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const kinds = (Object.keys(WORDS) as LineKind[]).filter((kind) =>
    WORDS[kind].some((word) => words.includes(word)),
  );
  const [kind, ...others] = kinds;
  return others.length > 0 || (kind === 'cls' && words.includes('doc')) ? undefined : kind;
}

/** The part that a suite's yml tells by its postprocess or its model's name. */
export function kindByConfig(config: Fields | undefined): LineKind | undefined {
  if (!config) return undefined;
  const post = config.child('PostProcess');
  const byPostprocess = POSTPROCESSES[post.string('name', '')];
  if (byPostprocess) return byPostprocess;
  const name = config.child('Global').string('model_name', '');
  return /ocr|textline/i.test(name) ? kindByName(name) : undefined;
}

/** The part that a network's output tells: a map, steps of classes, or classes. */
export function kindByOutput({ outputs }: RuntimeHandle): LineKind | undefined {
  const ranks: Readonly<Record<number, LineKind>> = { 4: 'det', 3: 'rec', 2: 'cls' };
  return ranks[outputs[0]?.dims.length ?? 0];
}
