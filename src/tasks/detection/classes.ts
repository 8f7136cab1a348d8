import { nearest } from '../../config/nearest-name.js';
import type { Labels } from '../../config/labels.js';
import { FdeployError } from '../../contracts/errors.js';

/**
 * The ids of classes by label or id; a label comes before an id that reads like it.
 * @param list separated by commas
 * @param labels by id; none where the model has none
 * @throws FdeployError BAD_OPTION for a class that the model does not have
 */
export function classIds(list: string, labels: Labels): number[] {
  return [...new Set(list.split(',').flatMap((part) => idsOf(part.trim(), labels)))];
}

function idsOf(name: string, labels: Labels): number[] {
  const ids = [...labels.keys()].filter((id) => labels[id] === name);
  if (ids.length > 0) return ids;
  const isId = /^\d+$/.test(name) && (labels.length === 0 || Number(name) < labels.length);
  if (isId) return [Number(name)];
  const known = labels.filter((label) => label !== null);
  const meant = nearest(name, known);
  const expected =
    labels.length === 0 ? 'ids, since the model has no labels' : `a label, or an id below ${labels.length}`;
  const hint = meant === undefined ? '' : ` (did you mean '${meant}'?)`;
  throw new FdeployError(
    'BAD_OPTION',
    `--classes takes ${expected}; the model has no class '${name}'${hint}`,
    {
      file: '--classes',
      expected,
      found: name,
    },
  );
}
