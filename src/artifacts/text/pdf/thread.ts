import { Worker } from 'node:worker_threads';
import type { Source } from '../../../contracts/source.js';
import type { TextPage } from '../page.js';

const ENTRY = new URL('./thread-entry.js', import.meta.url);

/** JavaScript heap of the thread: the library holds the whole document. */
const HEAP_MIB = 1024;
/** Time limit for one document. */
const LIMIT_MS = 300_000;

/** What the thread makes. */
export interface PdfOrder {
  readonly file: string;
  readonly source: Source;
  readonly pages: readonly TextPage[];
  readonly version: string;
}

/**
 * Writes a searchable PDF in a thread of its own, with bounded memory and time.
 * @throws an error with the reason
 */
export async function writeSearchablePdf(order: PdfOrder): Promise<void> {
  const worker = new Worker(ENTRY, {
    workerData: order,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    // Nothing is written to either; reading them would keep the process alive.
    stdout: true,
    stderr: true,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const failure = await new Promise<string | undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(`it takes more than ${LIMIT_MS / 1000} s`);
      }, LIMIT_MS);
      worker.on('message', (answer: { failure: string | undefined }) => {
        resolve(answer.failure);
      });
      worker.on('error', (error) => {
        resolve(
          (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? 'it needs too much memory'
            : error.message,
        );
      });
      worker.on('exit', () => {
        resolve('the writing of it was ended');
      });
    });
    if (failure !== undefined) throw new Error(failure);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
