import type { Vocabulary } from '../program.js';
import { ACTIVATIONS } from './activations.js';
import { ARITHMETIC } from './arithmetic.js';
import { ASSIGNMENT } from './assignment.js';
import { CONTROL } from './control.js';
import { CONVOLUTION } from './convolution.js';
import { CREATION } from './creation.js';
import type { OperatorDefinition, OperatorTable } from './definition.js';
import { INDEXING } from './indexing.js';
import { LOGIC } from './logic.js';
import { MATRIX } from './matrix.js';
import { NORMALIZATION } from './normalization.js';
import { PADDING } from './padding.js';
import { QUANTIZATION } from './quantization.js';
import { POOLING } from './pooling.js';
import { REARRANGEMENT } from './rearrangement.js';
import { RECURRENT } from './recurrent.js';
import { REDUCTION } from './reduction.js';
import { RESIZE } from './resize.js';
import { SAMPLING } from './sampling.js';
import { SELECTION } from './selection.js';
import { CELLS } from './cells.js';
import { BOXES } from './boxes.js';
import { SUPPRESSION } from './suppression.js';
import { MATRIX_SUPPRESSION } from './matrix-suppression.js';
import { REGIONS } from './rois.js';
import { PROPOSALS } from './proposals.js';
import { SHAPE } from './shape.js';

/** Every operator that can be converted: Paddle 3's name -> its definition. */
const OPERATORS = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...ASSIGNMENT,
  ...CONTROL,
  ...CONVOLUTION,
  ...CREATION,
  ...INDEXING,
  ...LOGIC,
  ...MATRIX,
  ...NORMALIZATION,
  ...PADDING,
  ...POOLING,
  ...QUANTIZATION,
  ...REARRANGEMENT,
  ...RECURRENT,
  ...REDUCTION,
  ...RESIZE,
  ...SAMPLING,
  ...SELECTION,
  ...CELLS,
  ...BOXES,
  ...SUPPRESSION,
  ...MATRIX_SUPPRESSION,
  ...REGIONS,
  ...PROPOSALS,
  ...SHAPE,
} satisfies OperatorTable;

export type OperatorName = keyof typeof OPERATORS;

const TABLE: OperatorTable = OPERATORS;

/** @throws Error where the name is none of `OperatorName` */
export function definitionOf(name: string): OperatorDefinition {
  const definition = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
  if (!definition) throw new Error(`no mapping for the operator ${name}`);
  return definition;
}

function vocabularyOf(
  namesOf: (name: string, definition: OperatorDefinition) => readonly string[],
): Vocabulary {
  const entries = new Map<string, { type: string; signature: OperatorDefinition }>();
  for (const [type, signature] of Object.entries(TABLE))
    for (const name of namesOf(type, signature)) entries.set(name, { type, signature });
  return (foundAs) => entries.get(foundAs) ?? entries.get(foundAs.replace(/_$/, ''));
}

/** The names of both formats. */
export const vocabularies = {
  pdmodel: vocabularyOf((name, { old }) => old ?? [name]),
  pir: vocabularyOf((name, { pir }) => pir ?? [name]),
};
