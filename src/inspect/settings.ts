/** A setting of a model, for display. */
export interface InspectedSetting {
  /** The part of a pipeline, or of the model's config, that it belongs to. */
  part: string;
  /** The step or the setting's name. */
  name: string;
  value: unknown;
}

/** Lists that may be long; they are shown separately. */
const LISTS = new Set(['labels', 'dictionary']);

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A handle's config as a flat list, in the order in which the stages run.
 * @param config plain data as the tasks make it: nested mappings, and `steps` of `{type, settings}`
 */
export function listSettings(config: unknown, part = ''): InspectedSetting[] {
  if (!isMap(config)) return [];
  return Object.entries(config).flatMap(([name, value]): InspectedSetting[] => {
    if (LISTS.has(name) || value === undefined) return [];
    if (name === 'steps' && Array.isArray(value))
      return value.filter(isMap).map((step, at) => ({
        part: part === '' ? 'preprocessing' : part,
        name: `${at + 1}. ${typeof step.type === 'string' ? step.type : 'step'}`,
        value: step.settings ?? {},
      }));
    const isPart = isMap(value) && (part === '' || Object.values(value).some(isMap));
    return isPart ? listSettings(value, part === '' ? name : `${part}.${name}`) : [{ part, name, value }];
  });
}

/** Lists of labels and characters anywhere in the config. */
export function findLists(config: unknown): { name: string; entries: (string | null)[] }[] {
  if (!isMap(config)) return [];
  return Object.entries(config).flatMap(([name, value]) => {
    if (!LISTS.has(name)) return findLists(value);
    if (typeof value === 'string') return [{ name, entries: value.split('\n') }];
    return Array.isArray(value) ? [{ name, entries: value as (string | null)[] }] : [];
  });
}
