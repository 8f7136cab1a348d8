import { storedTypeOfNumber } from '../element-types.js';
import type { Program, ProgramValue, Vocabulary } from '../program.js';
import { damaged, declaredDims } from './damage.js';
import { BlockReader } from './pdmodel-blocks.js';
import type { Variable } from './pdmodel-blocks.js';
import { decodeProgram, integer } from './pdmodel-schema.js';
import type { ProgramMessage, VarMessage } from './pdmodel-schema.js';

/** A program and the parameters it wants, before their values are read. */
export interface ProgramWithoutValues extends Omit<Program, 'parameters'> {
  readonly declared: readonly ProgramValue[];
}

const KIND = { tensor: 7, array: 13 } as const;

/**
 * A ProgramDesc (`.pdmodel`, `__model__`) as a program whose values are written once.
 * @throws FdeployError MODEL_INVALID naming what is damaged
 */
export function readPdmodel(bytes: Uint8Array, file: string, vocabulary: Vocabulary): ProgramWithoutValues {
  let message: ProgramMessage;
  try {
    message = decodeProgram(bytes);
  } catch (cause) {
    throw damaged(file, 'program', 'a ProgramDesc', 'bytes that are no such message', cause);
  }
  const main = message.blocks[0];
  if (!main) throw damaged(file, 'program', 'at least one block', 'none');

  const variables = message.blocks.map(
    (block, index) =>
      new Map(block.vars.map((variable) => [variable.name, readVariable(variable, file, `block ${index}`)])),
  );
  const declared = [...(variables[0]?.values() ?? [])].filter((variable) => variable.parameter);
  const reader = new BlockReader(message, variables, vocabulary, file);
  const { inputs, outputs, block } = reader.main();
  return { format: 'pdmodel', file, inputs, outputs, block, declared };
}

function readVariable(variable: VarMessage, file: string, block: string): Variable {
  const kind = variable.type?.type;
  const array = kind === KIND.array;
  const tensor = array ? variable.type?.tensorArray?.tensor : variable.type?.denseTensor?.tensor;
  const dims = tensor
    ? declaredDims(
        tensor.dims.map((dim) => Number(integer(dim))),
        file,
        `${block}, variable ${variable.name}`,
      )
    : undefined;
  return {
    name: variable.name,
    type: tensor ? storedTypeOfNumber(tensor.dataType)?.type : undefined,
    dims,
    parameter: variable.persistable && kind === KIND.tensor,
    ...(array && { array }),
  };
}
