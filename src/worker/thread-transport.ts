import { parentPort } from 'node:worker_threads';
import { FdeployError } from '../contracts/errors.js';
import type { Transport } from './transport.js';

/** The connection of a worker thread. */
export function threadTransport(): Transport {
  if (!parentPort) throw new FdeployError('INTERNAL', 'The worker was not started as a thread.');
  const port = parentPort;
  return {
    // The message is in the other thread's queue when postMessage returns.
    post: (message) => {
      port.postMessage(message);
      return Promise.resolve();
    },
    on: (listener) => port.on('message', listener),
    off: (listener) => port.off('message', listener),
    close: () => {
      port.close();
    },
  };
}
