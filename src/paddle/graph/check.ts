import { broadcastDims } from './dims.js';
import type { Dims } from './dims.js';
import { BROADCAST } from './infer.js';
import type { NodeAttribute } from './nodes.js';
import { isFloat, sizeOf } from './values.js';
import type { GraphValue } from './values.js';

/** Thrown for a node that cannot be: its operands do not fit together. The message has the form "expected ..., found ...". */
export class MisfitError extends Error {
  readonly expected: string;
  readonly found: string;
  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}

type Inputs = readonly (GraphValue | undefined)[];

/** Operators whose first operand (of some, more of them) must be of a float type. */
const FLOAT_OPERANDS: Readonly<Record<string, number>> = {
  Conv: 2, ConvTranspose: 2, DeformConv: 3, AveragePool: 1, GlobalAveragePool: 1, GlobalMaxPool: 1,
  BatchNormalization: 5, InstanceNormalization: 3, LayerNormalization: 2, RoiAlign: 2, MaxRoiPool: 2, GridSample: 2,
  NonMaxSuppression: 2, Sigmoid: 1, Tanh: 1, Exp: 1, Log: 1, Sqrt: 1, Reciprocal: 1, Erf: 1, Softmax: 1, LogSoftmax: 1,
  LeakyRelu: 1, HardSigmoid: 1, HardSwish: 1, Elu: 1, Selu: 1, Celu: 1, Softplus: 1, Softsign: 1, Floor: 1, Ceil: 1,
  Sin: 1, Cos: 1, LSTM: 3, GRU: 3, RNN: 3,
}; // prettier-ignore

const text = (dims: Dims): string => `[${dims?.join(', ') ?? '...'}]`;

/** Types must agree and shapes broadcast; a condition or an exponent may be of another type. */
function checkElementwise(opType: string, inputs: Inputs): void {
  const typed = opType === 'Where' ? inputs.slice(1) : opType === 'Pow' ? inputs.slice(0, 1) : inputs;
  const types = new Set(typed.flatMap((input) => input?.type ?? []));
  if (types.size > 1) throw new MisfitError('operands of one type', [...types].join(' and '));
  const shapes = inputs.map((input) => input?.dims);
  const result = broadcastDims(shapes);
  if (!result) return;
  for (const dims of shapes)
    dims?.forEach((dim, axis) => {
      const whole = result[result.length - dims.length + axis]!;
      if (dim > 1 && whole > 1 && dim !== whole)
        throw new MisfitError('operands whose shapes broadcast', shapes.map(text).join(' and '));
    });
}

function checkConv([x, filter]: Inputs, group: NodeAttribute | undefined): void {
  const channels = x?.dims?.[1] ?? -1;
  const wanted = (filter?.dims?.[1] ?? -1) * (typeof group === 'number' ? group : 1);
  if (x?.dims && filter?.dims && x.dims.length !== filter.dims.length)
    throw new MisfitError(`an input of ${filter.dims.length} axes`, text(x.dims));
  if (channels >= 0 && wanted >= 0 && channels !== wanted)
    throw new MisfitError(`${wanted} channels`, `${channels}`);
}

function checkMatMul([a, b]: Inputs): void {
  const inner = [a?.dims?.at(-1) ?? -1, b?.dims?.at(b.dims.length === 1 ? -1 : -2) ?? -1] as const;
  if (inner[0] >= 0 && inner[1] >= 0 && inner[0] !== inner[1])
    throw new MisfitError('matrices that fit together', `${text(a?.dims)} and ${text(b?.dims)}`);
}

function checkReshape([x]: Inputs, result: Dims): void {
  const [from, to] = [x?.dims ? sizeOf(x.dims) : -1, result ? sizeOf(result) : -1];
  const whole = result?.every(Number.isInteger) ?? true;
  if (!whole || (from >= 0 && to >= 0 && from !== to))
    throw new MisfitError(`a shape of ${from} elements`, text(result));
}

/** Refuses a node that onnxruntime would refuse: what is damaged is told in the program's terms. */
export function checkNode(
  opType: string,
  inputs: Inputs,
  attributes: Readonly<Record<string, NodeAttribute>>,
  result: Dims,
): void {
  const floats = FLOAT_OPERANDS[opType] ?? 0;
  for (const input of inputs.slice(0, floats))
    if (input && !isFloat(input.type)) throw new MisfitError('an operand of a float type', input.type);
  if (BROADCAST.has(opType)) checkElementwise(opType, inputs);
  else if (opType === 'Conv') checkConv(inputs, attributes.group);
  else if (opType === 'MatMul') checkMatMul(inputs);
  else if (opType === 'Reshape') checkReshape(inputs, result);
}
