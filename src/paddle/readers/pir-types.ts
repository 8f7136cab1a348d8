import { storedTypeOfTag } from '../element-types.js';
import type { Attribute, AttributeScalar, ProgramValue } from '../program.js';
import { damaged, declaredDims } from './damage.js';

/** Typed access to parsed JSON: each step names where it is and what it wanted. */
export class Json {
  readonly #value: unknown;
  readonly #file: string;
  readonly at: string;

  constructor(value: unknown, file: string, at: string) {
    this.#value = value;
    this.#file = file;
    this.at = at;
  }

  get raw(): unknown {
    return this.#value;
  }

  has(key: string): boolean {
    return typeof this.#value === 'object' && this.#value !== null && Object.hasOwn(this.#value, key);
  }

  key(key: string): Json {
    if (!this.has(key)) throw this.wrong(`an object with "${key}"`);
    return new Json((this.#value as Record<string, unknown>)[key], this.#file, this.at);
  }

  list(): Json[] {
    if (!Array.isArray(this.#value)) throw this.wrong('a list');
    return this.#value.map((item) => new Json(item, this.#file, this.at));
  }

  /** The list under a key, empty where the key is absent. */
  optionalList(key: string): Json[] {
    return this.has(key) ? this.key(key).list() : [];
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.wrong('a string');
    return this.#value;
  }

  integer(): number {
    if (!Number.isSafeInteger(this.#value)) throw this.wrong('a whole number');
    return this.#value as number;
  }

  within(place: string): Json {
    return new Json(this.#value, this.#file, place);
  }

  wrong(expected: string) {
    const found = JSON.stringify(this.#value) as string | undefined;
    return damaged(this.#file, this.at, expected, (found ?? 'nothing').slice(0, 80));
  }

  dims(): number[] {
    return declaredDims(this.list().map((dim) => dim.integer()), this.#file, this.at); // prettier-ignore
  }
}

/** A value's type in PIR: one tensor or array, a list of them (`0.t_vec`), or nothing (`NULL`). */
export function readType(type: Json, name: string): ProgramValue[] {
  const tag = type.key('#').text();
  if (tag === '0.t_dtensor' || tag === '1.t_dense_tensor_array') {
    const [element, dims] = type.key('D').list();
    if (!element || !dims) throw type.wrong('an element type and dimensions');
    const array = tag === '1.t_dense_tensor_array';
    const stored = storedTypeOfTag(element.key('#').text());
    return [{ name, type: stored?.type, dims: dims.dims(), ...(array && { array }) }];
  }
  if (tag === '0.t_vec')
    return type.key('D').list().flatMap((item, at) => readType(item, `${name}.${at}`)); // prettier-ignore
  return [{ name, type: undefined, dims: undefined }];
}

const NOT_IN_JSON: Readonly<Record<string, number>> = { INF: Infinity, '-INF': -Infinity, NaN: NaN };

/** An attribute's content; undefined for kinds that say nothing about the result (places). */
export function readAttribute(attribute: Json): Attribute | undefined {
  if (attribute.has('VD')) {
    const name = attribute.key('VD').text();
    const number = NOT_IN_JSON[name] ?? NOT_IN_JSON[name.toUpperCase()] ?? Number(name);
    return number;
  }
  if (!attribute.has('D')) return undefined;
  const tag = attribute.key('#').text();
  if (tag === '1.a_place') return undefined;
  const content = attribute.key('D');
  if (tag === '0.a_array')
    return content.list().map((item) => {
      const value = readAttribute(item);
      return scalarOf(value, item);
    });
  if (tag === '1.a_intarray') return content.list().map((item) => item.integer());
  if (tag === '1.a_scalar' && typeof content.raw === 'object' && content.raw !== null)
    return readAttribute(content);
  return scalarOf(content.raw, content);
}

function scalarOf(value: unknown, at: Json): AttributeScalar {
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return value;
  throw at.wrong('a number, a string or a boolean');
}
