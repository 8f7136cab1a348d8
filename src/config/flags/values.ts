import { DEVICE_KINDS } from '../../contracts/compute.js';
import { FdeployError } from '../../contracts/errors.js';
import { nearest } from '../nearest-name.js';

/** Reads an option's text. `name` is the option's name in messages. */
export interface ValueReader<V> {
  (text: string, name: string): V;
  /** All valid values, if there are few. */
  readonly values?: readonly string[];
}

/** One sentence with the option, its valid values, the given value and a suggestion. */
function badValue(name: string, expected: string, received: string, meant?: string): FdeployError {
  const hint = meant === undefined ? '' : ` (did you mean '${meant}'?)`;
  return new FdeployError('BAD_OPTION', `${name} must be ${expected}, not '${received}'${hint}`, {
    file: name,
    expected,
    found: received,
  });
}

/** @returns a reader of whole numbers from `min` to `max` */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): ValueReader<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return (text, name) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw badValue(name, `a whole number ${range}`, text);
  };
}

/** @returns a reader of decimal numbers from `min` to `max` */
export function numberFrom(min: number, max: number): ValueReader<number> {
  return (text, name) => {
    const value = decimal(text);
    if (value >= min && value <= max) return value;
    throw badValue(name, `a number from ${min} to ${max}`, text);
  };
}

/** @returns a reader of decimal numbers above 0; `unit` is for the message */
export function positiveNumber(unit = ''): ValueReader<number> {
  return (text, name) => {
    const value = decimal(text);
    if (value > 0 && value < Infinity) return value;
    throw badValue(name, `a number${unit === '' ? '' : ` of ${unit}`} above 0`, text);
  };
}

function decimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

/** @returns a reader of one of `values`, spelled exactly */
export function oneOf<const V extends string>(values: readonly V[]): ValueReader<V> {
  const read = (text: string, name: string): V => {
    const value = values.find((known) => known === text);
    if (value !== undefined) return value;
    const list = [values.slice(0, -1).join(', '), values.at(-1)].filter(Boolean).join(' or ');
    throw badValue(name, list, text, nearest(text, values));
  };
  return Object.assign(read, { values });
}

/** A device, such as `cpu` or `cuda:1`; `cuda` is `cuda:0`. */
export const deviceName: ValueReader<string> = Object.assign(
  (text: string, name: string): string => {
    if (text === 'cuda') return 'cuda:0';
    if (/^(cpu|webgpu|cuda:\d{1,3})$/.test(text)) return text;
    throw badValue(name, 'cpu, webgpu, cuda or cuda:<number>', text, nearest(text, DEVICE_KINDS));
  },
  { values: DEVICE_KINDS },
);

/** @returns a reader of non-empty text; `what` is for the message */
export function text(what: string): ValueReader<string> {
  return (value, name) => {
    if (value !== '') return value;
    throw badValue(name, what, value);
  };
}

const BACKGROUND_WORDS = ['drop', 'auto'] as const;

/** Reads the background of transparent pixels: `drop`, `auto` or a colour. */
export const background: ValueReader<'drop' | 'auto' | `#${string}`> = Object.assign(
  (value: string, name: string): 'drop' | 'auto' | `#${string}` => {
    const word = BACKGROUND_WORDS.find((known) => known === value);
    if (word) return word;
    if (/^#[0-9a-f]{6}$/i.test(value)) return `#${value.slice(1).toLowerCase()}`;
    throw badValue(
      name,
      'drop, auto or a colour like #ffffff',
      value,
      value.startsWith('#') ? undefined : nearest(value, BACKGROUND_WORDS),
    );
  },
  { values: BACKGROUND_WORDS },
);

/** Reads a switch from code or from a defaults file. */
export function onOff(value: string, name: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw badValue(name, 'true or false', value);
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** Reads a number of bytes: `500MB`, `2 GiB`, `1000000`. */
export function byteSize(value: string, name: string): number {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(value) ?? [];
  const factor = SIZE_UNITS[unit.toUpperCase()];
  if (number !== undefined && factor !== undefined) return Math.round(Number(number) * factor);
  throw badValue(name, 'a size such as 500MB or 2GiB', value);
}

/** @returns a reader of values of one kind, separated by commas */
export function listOf<V>(read: ValueReader<V>): ValueReader<V[]> {
  return (value, name) => value.split(',').map((part) => read(part.trim(), name));
}
