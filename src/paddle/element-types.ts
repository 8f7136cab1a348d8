import type { TensorType } from '../contracts/tensor.js';

/** How one element of a parameter is stored; bfloat16 is widened to float32 while it is read. */
export interface StoredType {
  readonly type: TensorType;
  readonly width: number;
  readonly bfloat16?: boolean;
}

const STORED = {
  bool: { type: 'bool', width: 1 },
  int8: { type: 'int8', width: 1 },
  uint8: { type: 'uint8', width: 1 },
  int16: { type: 'int16', width: 2 },
  int32: { type: 'int32', width: 4 },
  int64: { type: 'int64', width: 8 },
  float16: { type: 'float16', width: 2 },
  float32: { type: 'float32', width: 4 },
  float64: { type: 'float64', width: 8 },
  bfloat16: { type: 'float32', width: 2, bfloat16: true },
} as const satisfies Record<string, StoredType>;

/** `VarType.Type` of the old format, also the numbers of its `dtype` attributes. */
const BY_NUMBER: Readonly<Record<number, StoredType>> = {
  0: STORED.bool,
  1: STORED.int16,
  2: STORED.int32,
  3: STORED.int64,
  4: STORED.float16,
  5: STORED.float32,
  6: STORED.float64,
  20: STORED.uint8,
  21: STORED.int8,
  22: STORED.bfloat16,
};

/** Element tags of PIR's types (`0.t_f32`). */
const BY_TAG: Readonly<Record<string, StoredType>> = {
  '0.t_bool': STORED.bool,
  '0.t_i8': STORED.int8,
  '0.t_ui8': STORED.uint8,
  '0.t_i16': STORED.int16,
  '0.t_i32': STORED.int32,
  '0.t_i64': STORED.int64,
  '0.t_index': STORED.int64,
  '0.t_f16': STORED.float16,
  '0.t_bf16': STORED.bfloat16,
  '0.t_f32': STORED.float32,
  '0.t_f64': STORED.float64,
};

/** The type that a number of the old format's enum stands for; undefined where ONNX Runtime has no such tensors. */
export const storedTypeOfNumber = (number: number): StoredType | undefined => BY_NUMBER[number];

/** The type that a PIR element tag stands for. */
export const storedTypeOfTag = (tag: string): StoredType | undefined => BY_TAG[tag];

/** The type of a `dtype` attribute: the enum's number in the old format, a name in PIR; undefined means "as the input". */
export function typeOfAttribute(value: unknown): TensorType | undefined {
  if (typeof value === 'number') return BY_NUMBER[value]?.type;
  if (typeof value !== 'string') return undefined;
  return Object.hasOwn(STORED, value) ? STORED[value as keyof typeof STORED].type : undefined;
}

/** bfloat16 values as float32 ones: their bits are the upper half. */
export function widenBfloat16(bytes: Uint8Array): Uint8Array {
  const wide = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i += 2) {
    wide[2 * i + 2] = bytes[i]!;
    wide[2 * i + 3] = bytes[i + 1]!;
  }
  return wide;
}
