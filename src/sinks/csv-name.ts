/** Characters of a path that stand for themselves in a URL. */
const PLAIN = /[\w.~/-]/;
const ESCAPED_NAME = /^file:(?:[\w.~/-]|%[\dA-F]{2})*$/;

/**
 * A picture's name in a table. One that is not UTF-8 is written as a relative file URL, which keeps its bytes.
 * @param imageBytes its bytes as base64 where they are not UTF-8
 */
export function csvName(image: string, imageBytes: string | undefined): string {
  if (imageBytes === undefined) return image;
  const bytes = [...Buffer.from(imageBytes, 'base64')];
  return `file:${bytes.map(escapedByte).join('')}`;
}

function escapedByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return PLAIN.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The name that `csvName` was given. */
export function readCsvName(text: string): { image: string; imageBytes?: string } {
  if (!ESCAPED_NAME.test(text)) return { image: text };
  const escaped = text.slice('file:'.length);
  const bytes = Buffer.from(
    escaped.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  const image = bytes.toString();
  // A name that is UTF-8 is never escaped.
  return Buffer.from(image).equals(bytes) ? { image: text } : { image, imageBytes: bytes.toString('base64') };
}
