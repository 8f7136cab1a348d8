import { storedTypeOfNumber, widenBfloat16 } from '../element-types.js';
import type { ParameterData } from '../program.js';
import { checkDims, damaged } from './damage.js';
import { decodeTensorDesc, integer } from './pdmodel-schema.js';

/** A parameter as the program declares it. */
export interface DeclaredParameter {
  readonly name: string;
  readonly type: ParameterData['type'] | undefined;
  readonly dims: readonly number[] | undefined;
}

/**
 * The records of a combined `.pdiparams`: one after the other in the byte order of the parameters' names, without names.
 * Each is checked against what the program declares before its data is looked at; the data are views into `bytes`.
 * @throws FdeployError MODEL_INVALID naming the record that is damaged, missing, left over or unlike the program's
 */
export function readCombinedParameters(
  bytes: Uint8Array,
  file: string,
  declared: readonly DeclaredParameter[],
): Map<string, ParameterData> {
  const ordered = declared
    .map((parameter) => ({ parameter, key: Buffer.from(parameter.name) }))
    .sort((a, b) => Buffer.compare(a.key, b.key));
  const found = new Map<string, ParameterData>();
  let offset = 0;
  for (const [index, { parameter }] of ordered.entries()) {
    const record = `parameter ${index + 1} of ${ordered.length} (${parameter.name})`;
    const { data, end } = readRecord(bytes, offset, file, record, parameter);
    found.set(parameter.name, data);
    offset = end;
  }
  if (offset !== bytes.length)
    throw damaged(file, 'end', `${ordered.length} parameters in ${offset} bytes`, `${bytes.length} bytes`);
  return found;
}

/** The one record of a file that holds one parameter (exports that are not combined). */
export function readSingleParameter(
  bytes: Uint8Array,
  file: string,
  declared: DeclaredParameter,
): ParameterData {
  const { data, end } = readRecord(bytes, 0, file, `parameter ${declared.name}`, declared);
  if (end !== bytes.length) throw damaged(file, 'end', `${end} bytes`, `${bytes.length} bytes`);
  return data;
}

/** uint32 version, uint64 LoD levels (each: uint64 size, bytes), uint32 version, int32 length, TensorDesc, data. */
function readRecord(
  bytes: Uint8Array,
  start: number,
  file: string,
  record: string,
  declared: DeclaredParameter,
): { data: ParameterData; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let offset = start;
  const take = (length: number, what: string): number => {
    const left = bytes.length - offset;
    if (length > left) throw damaged(file, `${record}, ${what}`, `${length} more bytes`, `${left}`);
    offset += length;
    return offset - length;
  };
  const version = (what: string): void => {
    const found = view.getUint32(take(4, what), true);
    if (found !== 0) throw damaged(file, `${record}, ${what}`, 'version 0', `${found}`);
  };

  version('version of the record');
  const levels = Number(view.getBigUint64(take(8, 'number of LoD levels'), true));
  if (levels > (bytes.length - offset) / 8)
    throw damaged(file, `${record}, number of LoD levels`, 'no more than the file can hold', `${levels}`);
  for (let level = 0; level < levels; level++) {
    const size = Number(view.getBigUint64(take(8, 'size of a LoD level'), true));
    take(size, 'LoD level');
  }
  version('version of the tensor');
  const length = view.getInt32(take(4, 'length of the descriptor'), true);
  if (length < 0) throw damaged(file, `${record}, length of the descriptor`, '0 or more', `${length}`);
  const at = take(length, 'descriptor');
  const { type, stored, dims } = readDescriptor(bytes.subarray(at, at + length), file, record);
  checkDeclared(declared, type, dims, file, record);

  const size = dims.reduce((product, dim) => product * dim, stored.width);
  if (!Number.isSafeInteger(size))
    throw damaged(file, `${record}, dimensions`, 'a tensor of possible size', `[${dims.join(', ')}]`);
  const dataAt = take(size, 'data');
  const raw = bytes.subarray(dataAt, offset);
  return { data: { type, dims, bytes: stored.bfloat16 ? widenBfloat16(raw) : raw }, end: offset };
}

function readDescriptor(bytes: Uint8Array, file: string, record: string) {
  let dataType: number;
  let dims: number[];
  try {
    const message = decodeTensorDesc(bytes);
    dataType = message.dataType;
    dims = message.dims.map((dim) => Number(integer(dim)));
  } catch (cause) {
    throw damaged(file, `${record}, descriptor`, 'a TensorDesc', 'other bytes', cause);
  }
  const stored = storedTypeOfNumber(dataType);
  if (!stored) throw damaged(file, `${record}, data type`, 'a type with a tensor', `number ${dataType}`);
  checkDims(dims, file, `${record}, dimensions`);
  return { type: stored.type, stored, dims };
}

function checkDeclared(
  declared: DeclaredParameter,
  type: ParameterData['type'],
  dims: readonly number[],
  file: string,
  record: string,
): void {
  const text = (dtype: string | undefined, shape: readonly number[] | undefined): string =>
    `${dtype ?? 'any type'} [${shape?.join(', ') ?? '...'}]`;
  const same =
    (declared.type === undefined || declared.type === type) &&
    (declared.dims === undefined ||
      (declared.dims.length === dims.length &&
        declared.dims.every((dim, axis) => dim === -1 || dim === dims[axis])));
  if (!same)
    throw damaged(
      file,
      record,
      `${text(declared.type, declared.dims)} as the program declares`,
      text(type, dims),
    );
}
