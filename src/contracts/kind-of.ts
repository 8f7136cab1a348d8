const LONGEST = 60;

/** How a message calls a value that is of a wrong kind: `undefined`, `an array`, `the string 'x'`. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') {
    return `the string '${value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value}'`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  if (typeof value !== 'object') return `a ${typeof value}`;
  const { constructor } = value;
  const plain = typeof constructor !== 'function' || constructor === Object;
  return plain ? 'an object' : `an object of ${constructor.name}`;
}
