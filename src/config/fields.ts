import { FdeployError } from '../contracts/errors.js';
import { evaluateNumber } from './expression.js';
import type { YamlMap, YamlValue } from './yaml.js';

const TRUE = new Set(['true', 'yes', 'on', '1']);
const FALSE = new Set(['false', 'no', 'off', '0']);
/** Of the largest picture that is read by default. */
const MAX_PIXELS = 2 ** 28;
const EMPTY = new Set(['', 'null', '~', 'none']);

/** A mapping of a model config, read field by field. Messages name the file and the full path of the field. */
export class Fields {
  /** @param defaulted collects the full paths of fields that were read but are absent, with their defaults */
  constructor(
    readonly map: YamlMap,
    readonly file: string,
    readonly path = '',
    readonly defaulted = new Map<string, unknown>(),
  ) {}

  /** Whether the field exists and is not null. */
  has(key: string): boolean {
    const value = this.map[key];
    return value !== undefined && !(typeof value === 'string' && EMPTY.has(value.toLowerCase()));
  }

  keys(): string[] {
    return Object.keys(this.map);
  }

  /** The mapping under `key`; an empty one where it is absent or null. */
  child(key: string): Fields {
    const value = this.value(key);
    if (value === undefined) return new Fields({}, this.file, this.where(key), this.defaulted);
    if (typeof value === 'string' || Array.isArray(value)) throw this.invalid(key, 'a mapping');
    return new Fields(value, this.file, this.where(key), this.defaulted);
  }

  /** The list of mappings under `key`; an empty one where it is absent or null. */
  children(key: string): Fields[] {
    return this.list(key).map((value, i) => {
      if (typeof value === 'string' || Array.isArray(value)) throw this.invalid(key, 'a list of mappings');
      return new Fields(value, this.file, `${this.where(key)}[${i}]`, this.defaulted);
    });
  }

  /** The list under `key` as it was written; an empty one where it is absent or null. */
  list(key: string): YamlValue[] {
    const value = this.value(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.invalid(key, 'a list');
    return value;
  }

  strings(key: string): string[] {
    return this.list(key).map((value) => {
      if (typeof value !== 'string') throw this.invalid(key, 'a list of strings');
      return value;
    });
  }

  string(key: string): string | undefined;
  string(key: string, fallback: string): string;
  string(key: string, fallback?: string): string | undefined {
    const value = this.value(key);
    if (value === undefined) return this.fallBack(key, fallback);
    if (typeof value !== 'string') throw this.invalid(key, 'a text');
    return value;
  }

  oneOf<const T extends string>(key: string, allowed: readonly T[], fallback: T): T {
    const value = this.string(key)?.toLowerCase();
    if (value === undefined) return this.fallBack(key, fallback);
    const found = allowed.find((name) => name === value);
    if (found === undefined) throw this.invalid(key, `one of ${allowed.join(', ')}`);
    return found;
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.string(key)?.toLowerCase();
    if (value === undefined) return this.fallBack(key, fallback);
    if (TRUE.has(value)) return true;
    if (FALSE.has(value)) return false;
    throw this.invalid(key, 'true or false');
  }

  /** A number or an expression such as `1./255.`. */
  number(key: string): number | undefined;
  number(key: string, fallback: number): number;
  number(key: string, fallback?: number): number | undefined {
    const value = this.string(key);
    if (value === undefined) return this.fallBack(key, fallback);
    const number = evaluateNumber(value);
    if (number === undefined) throw this.invalid(key, 'a number');
    return number;
  }

  /** A number of a range, both ends included. */
  numberWithin(key: string, low: number, high: number, fallback: number): number {
    const value = this.number(key, fallback);
    if (!(value >= low && value <= high)) throw this.invalid(key, `a number from ${low} to ${high}`);
    return value;
  }

  /** A whole number of at least `low`. */
  integer(key: string, low: number): number | undefined;
  integer(key: string, low: number, fallback: number): number;
  integer(key: string, low: number, fallback?: number): number | undefined {
    const value = this.number(key);
    if (value === undefined) return this.fallBack(key, fallback);
    if (!Number.isSafeInteger(value) || value < low)
      throw this.invalid(key, `a whole number of at least ${low}`);
    return value;
  }

  numbers(key: string): number[] | undefined {
    if (!this.has(key)) return undefined;
    return this.list(key).map((value) => {
      const number = typeof value === 'string' ? evaluateNumber(value) : undefined;
      if (number === undefined) throw this.invalid(key, 'a list of numbers');
      return number;
    });
  }

  /** A size `[a, b]`, or one whole number that stands for both: each at least 1, their product no more than 2^28. */
  pair(key: string): [number, number] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const values =
      typeof value === 'string' ? [evaluateNumber(value), evaluateNumber(value)] : this.numbers(key)!;
    const [first, second, ...rest] = values;
    if (rest.length > 0 || !isCount(first) || !isCount(second)) {
      throw this.invalid(key, 'one or two whole numbers of at least 1');
    }
    if (first * second > MAX_PIXELS) throw this.invalid(key, `a size of at most ${MAX_PIXELS} pixels`);
    return [first, second];
  }

  /** Three numbers, one a channel. */
  triple(key: string, fallback: readonly [number, number, number]): [number, number, number] {
    const values = this.numbers(key);
    if (!values) return this.fallBack(key, [...fallback]);
    const [a, b, c] = values;
    if (values.length !== 3 || a === undefined || b === undefined || c === undefined) {
      throw this.invalid(key, 'three numbers');
    }
    return [a, b, c];
  }

  /** The error for a field with an unexpected value. */
  invalid(key: string, expected: string): FdeployError {
    const value = this.map[key];
    const text = value === undefined ? 'nothing' : JSON.stringify(value);
    const found = text.length > 60 ? `${text.slice(0, 57)}...` : text;
    const message = `${this.file}: expected ${expected} for ${this.where(key)} but found ${found}`;
    return new FdeployError('CONFIG_INVALID', message, { file: this.file, expected, found });
  }

  private fallBack<T>(key: string, fallback: T): T {
    if (fallback !== undefined && fallback !== '') this.defaulted.set(this.where(key), fallback);
    return fallback;
  }

  private value(key: string): YamlValue | undefined {
    return this.has(key) ? this.map[key] : undefined;
  }

  private where(key: string): string {
    return this.path ? `${this.path}.${key}` : key;
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 1;
}
