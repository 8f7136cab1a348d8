const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The value of a number in the notation of the suites' configs: `0.5`, `1e-3`, or a product or quotient such as `1./255.`.
 * @returns undefined if the text is none of these
 */
export function evaluateNumber(text: string): number | undefined {
  const parts = text.replaceAll(/\s|_(?=\d)/g, '').split(/([*/])/);
  let value: number | undefined;
  for (let i = 0; i < parts.length; i += 2) {
    const part = parts[i]!;
    if (!NUMBER.test(part)) return undefined;
    const number = Number(part);
    value = value === undefined ? number : parts[i - 1] === '*' ? value * number : value / number;
  }
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
