import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { WorkerExit } from './runner.js';

const LINES = 20;
const LINE_LENGTH = 300;

/** Reads a worker's stderr to its end and keeps its last lines. */
export class LastWords {
  readonly lines: string[] = [];

  constructor(stream: Readable) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() === '') return;
      this.lines.push(line.slice(0, LINE_LENGTH));
      if (this.lines.length > LINES) this.lines.shift();
    });
  }
}

/** How a worker ended, and its most informative line on stderr: V8's if there is one, else the last. */
export function describeExit({ how, lastWords }: WorkerExit): string {
  const words = lastWords.find((line) => line.startsWith('FATAL ERROR')) ?? lastWords.at(-1);
  return words === undefined ? how : `${how}: ${words}`;
}
