import { Fields } from '#src/config/fields.js';
import type { YamlMap, YamlValue } from '#src/config/yaml.js';

type Plain =
  string | number | boolean | null | undefined | readonly Plain[] | { readonly [key: string]: Plain };

function toYaml(value: Plain): YamlValue {
  if (Array.isArray(value)) return value.map(toYaml);
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value as Record<string, Plain>).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, toYaml(field)]));
}

/** A config as if it had been read from `file`. */
export function fieldsOf(map: Readonly<Record<string, Plain>>, file = 'model/infer_cfg.yml'): Fields {
  return new Fields(toYaml(map) as YamlMap, file);
}
