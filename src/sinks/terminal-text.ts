/** Characters that a terminal may interpret: C0 (except tab and line ends), DEL, C1, and bidirectional controls. */
const COMMANDS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g; // eslint-disable-line no-control-regex -- these are what is looked for
const COMMANDS_AND_LINE_ENDS = /[\t\n\r]/g;

/** Escapes the control characters of a text with several lines. */
export function terminalText(text: string): string {
  return text.replace(COMMANDS, escaped);
}

/** The same for one line: escapes tabs and line ends too. */
export function terminalLine(text: string): string {
  return terminalText(text).replace(COMMANDS_AND_LINE_ENDS, escaped);
}

const SHORT: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\u001b': '\\e' };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return SHORT[character] ?? (code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}
