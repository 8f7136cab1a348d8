import type * as Bullmq from 'bullmq';
import type * as Ioredis from 'ioredis';
import type * as Zod from 'zod';
import { FdeployError } from '../../contracts/errors.js';

/** The optional packages of the queue. */
export interface QueuePackages {
  bullmq: typeof Bullmq;
  ioredis: Pick<typeof Ioredis, 'Redis'>;
  zod: typeof Zod;
}

const INSTALL = 'npm install bullmq ioredis zod';

/**
 * Loads the packages that talk to the queue.
 * @throws FdeployError PACKAGE_MISSING with the command that installs them
 */
export async function loadQueuePackages(): Promise<QueuePackages> {
  try {
    const [bullmq, ioredis, zod] = await Promise.all([import('bullmq'), import('ioredis'), import('zod')]);
    return { bullmq, ioredis, zod };
  } catch (cause) {
    const message = `a queue needs the packages bullmq, ioredis and zod: ${INSTALL}`;
    throw new FdeployError('PACKAGE_MISSING', message, { cause });
  }
}
