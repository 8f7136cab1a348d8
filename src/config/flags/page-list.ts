import { FdeployError } from '../../contracts/errors.js';
import type { PageRange } from '../../contracts/pages.js';

const PART = /^\s*(\d{1,9})\s*(?:(-)\s*(\d{1,9})?\s*)?$/;

/**
 * The pages that a list names: `1-3,7`, `5-`.
 * @param name of the option in messages
 * @throws FdeployError BAD_OPTION
 */
export function pageRanges(list: string, name = '--pages'): PageRange[] {
  return list.split(',').map((part) => {
    const [, first, dash, last] = PART.exec(part) ?? [];
    const from = Number(first);
    const to = dash === undefined ? from : last === undefined ? Infinity : Number(last);
    if (from >= 1 && to >= from) return { from, to };
    const expected = 'a list of pages such as 1-3,7 or 5-';
    throw new FdeployError('BAD_OPTION', `${name} must be ${expected}, not '${list}'`, {
      file: name,
      expected,
      found: list,
    });
  });
}

/** Reads a list of pages, and gives it back as it was written. */
export function pageList(list: string, name: string): string {
  pageRanges(list, name);
  return list;
}
