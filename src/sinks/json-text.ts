/** DEL, the C1 controls and the two line separators: JSON allows them unescaped, but they disturb terminals and line readers. */
const RISKY = /[\u007f-\u009f\u2028\u2029]/g;

/** JSON on one line in which every control character is escaped. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(
    RISKY,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
