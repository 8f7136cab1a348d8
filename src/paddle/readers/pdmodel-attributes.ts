import type { Attribute } from '../program.js';
import { integer } from './pdmodel-schema.js';
import type { AttrMessage, ScalarMessage } from './pdmodel-schema.js';

const scalar = (value: ScalarMessage): Attribute & (boolean | number | bigint) =>
  value.type === 1 ? value.b : value.type === 2 ? integer(value.i) : value.r;

/** protobufjs gives an empty list for bytes that are not there. */
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** `AttrType` of framework.proto -> the value; types that name variables or blocks are read elsewhere. */
const READ_ATTRIBUTE: Readonly<Record<number, (attr: AttrMessage) => Attribute>> = {
  0: (attr) => attr.i,
  1: (attr) => attr.f,
  2: (attr) => text(attr.s),
  3: (attr) => attr.ints,
  4: (attr) => attr.floats,
  5: (attr) => attr.strings.map(text),
  6: (attr) => attr.b,
  7: (attr) => attr.bools,
  9: (attr) => integer(attr.l),
  11: (attr) => attr.longs.map(integer),
  12: (attr) => attr.float64s,
  15: (attr) => attr.float64,
  16: (attr) => (attr.scalar ? scalar(attr.scalar) : 0),
  17: (attr) => attr.scalars.map(scalar),
};

/** Attributes that say nothing about the result; call stacks can be most of a file. */
const IGNORED = new Set([
  'op_callstack', 'op_role', 'op_role_var', 'op_namescope', 'op_device', 'with_quant_attr', 'use_cudnn', 'use_mkldnn',
]); // prettier-ignore

/** An operator's plain attributes, by their names in the file. */
export function readAttributes(attrs: readonly AttrMessage[]): Record<string, Attribute> {
  const read: Record<string, Attribute> = {};
  for (const attr of attrs) {
    if (!IGNORED.has(attr.name)) {
      const value = READ_ATTRIBUTE[attr.type]?.(attr);
      if (value !== undefined) read[attr.name] = value;
    }
  }
  return read;
}
