import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { isMainThread } from 'node:worker_threads';

const LAST_STREAM = 2;

/**
 * Lets this process end although koffi is loaded. koffi flushes the standard streams at the end of a process. If Node has closed
 * standard error by then, as it does where that is a file, koffi reports the failure to standard error, whose lock it holds, and
 * waits for ever. A closed stream is therefore opened again, on nothing.
 */
export function keepStandardStreams(): void {
  if (!isMainThread || process.platform === 'win32') return;
  process.once('exit', () => {
    let descriptor: number;
    do descriptor = openSync(devNull, 'r+');
    while (descriptor <= LAST_STREAM);
    closeSync(descriptor);
  });
}
