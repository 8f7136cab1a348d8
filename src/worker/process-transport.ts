import { FdeployError } from '../contracts/errors.js';
import type { Transport } from './transport.js';

/** The parent is gone. SIGKILL, because a normal exit waits for native code. */
const vanish = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/**
 * The connection of a worker process. Also handles signals and uncaught errors. If the parent is gone, the process ends as
 * soon as the current inference has finished.
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
