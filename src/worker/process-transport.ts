import { FdeployError } from '../contracts/errors.js';
import type { Transport } from './transport.js';

/** Nobody is left who wants an answer. SIGKILL, because a normal exit waits for what native code is at. */
const vanish = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/**
 * The line of a worker that is a process. It also settles what the process does with signals, with an uncaught error
 * and when its parent is gone: then it ends as soon as its thread comes out of the inference it is in.
 */
export function processTransport(): Transport {
  if (!process.send) throw new FdeployError('INTERNAL', 'The worker was not started as a process.');
  process.on('disconnect', vanish);
  // A terminal signals the whole group, by Ctrl-C and when it goes, and a service manager every process: the parent decides.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.on('uncaughtException', (error) => {
    process.stderr.write(`uncaught ${String(error)}\n`, () => process.exit(1));
  });
  return {
    post: (message) =>
      new Promise((resolve) => {
        process.send!(message, undefined, undefined, () => {
          resolve();
        });
      }),
    on: (listener) => process.on('message', listener),
    off: (listener) => process.off('message', listener),
    close: () => {
      process.off('disconnect', vanish);
      process.disconnect();
    },
  };
}
