import { terminalText } from '../sinks/index.js';

/** Prints messages for the user. */
export interface Voice {
  say(sentence: string): void;
}

/** A message for stderr. Control characters from names and models are escaped. */
export function messageLine(sentence: string): string {
  return `${PREFIX}: ${terminalText(sentence)}\n`;
}

const PREFIX = 'fdeploy';
const RED = ['\u001b[31m', '\u001b[39m'] as const;

/** An error for stderr; red if the terminal has colours and NO_COLOR is not set. */
export function errorLine(sentence: string, stream: NodeJS.WriteStream = process.stderr): string {
  const text = terminalText(sentence);
  const coloured = stream.isTTY && stream.hasColors();
  return coloured ? `${RED[0]}${PREFIX}: ${text}${RED[1]}\n` : `${PREFIX}: ${text}\n`;
}
