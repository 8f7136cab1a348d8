import { terminalText } from '../sinks/index.js';

/** Takes sentences for a person. */
export interface Voice {
  say(sentence: string): void;
}

/** A sentence as it stands on stderr: what comes from names and models cannot command the terminal. */
export function messageLine(sentence: string): string {
  return `${PREFIX}: ${terminalText(sentence)}\n`;
}

const PREFIX = 'fdeploy';
const RED = ['\u001b[31m', '\u001b[39m'] as const;

/** An error as it stands on stderr; red where the terminal has colours and NO_COLOR is not set. */
export function errorLine(sentence: string, stream: NodeJS.WriteStream = process.stderr): string {
  const text = terminalText(sentence);
  const coloured = stream.isTTY && stream.hasColors();
  return coloured ? `${RED[0]}${PREFIX}: ${text}${RED[1]}\n` : `${PREFIX}: ${text}\n`;
}
