import path from 'node:path';
import envPaths from 'env-paths';
import { FdeployError } from '../../contracts/errors.js';

const DEFAULT_LIMIT = 8 * 1024 ** 3;
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

/** The folder of prepared models: `$FDEPLOY_CACHE`, else `fdeploy` in the platform's cache folder. */
export function cacheRoot(): string {
  const named = process.env.FDEPLOY_CACHE;
  return named ? path.resolve(named) : envPaths('fdeploy', { suffix: '' }).cache;
}

/** Bytes that the cache may take: `$FDEPLOY_CACHE_LIMIT`, else 8 GiB. @throws FdeployError BAD_OPTION */
export function cacheLimit(): number {
  const text = process.env.FDEPLOY_CACHE_LIMIT;
  return text ? parseSize(text, 'FDEPLOY_CACHE_LIMIT') : DEFAULT_LIMIT;
}

/** Bytes of a size such as `500MB`, `2 GiB` or `1000000`. @throws FdeployError BAD_OPTION naming `option` */
export function parseSize(text: string, option: string): number {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  if (number === undefined || factor === undefined) {
    throw new FdeployError('BAD_OPTION', `${option} is no size: ${text}`, {
      file: option,
      expected: 'a number with an optional unit, such as 500MB or 2GiB',
      found: text,
    });
  }
  return Math.round(Number(number) * factor);
}
