/** Settings of a model that are words, not names of files. */
const WORDS = new Set(['task', 'backend', 'device', 'precision', 'lang', 'classes']);

/** Whether a setting of a model may be the name of a file. */
export function mayNameFile(setting: string, value: unknown): value is string {
  return typeof value === 'string' && !WORDS.has(setting);
}
