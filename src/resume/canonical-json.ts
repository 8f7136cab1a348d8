/**
 * JSON that is equal for equal values: keys are sorted, undefined entries are omitted, and maps, sets and typed arrays become
 * arrays.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonical(value));
}

function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value.toString()}n`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)].map(canonical);
  if (value instanceof Set || ArrayBuffer.isView(value) || Array.isArray(value)) {
    return Array.from(value as Iterable<unknown>, canonical);
  }
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, canonical((value as Record<string, unknown>)[key])]));
}
