/** Opens a clone, runs it, closes it, reports the outputs; in a thread or a process. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { openRuntime } from '#src/runtime/index.js';

async function work({ handle, feeds }) {
  const runtime = await openRuntime(handle);
  const outputs = await runtime.run(feeds);
  await runtime.close();
  return [...Object.values(outputs)[0].data];
}

if (isMainThread) {
  process.once('message', async (job) => {
    process.send(await work(job), () => process.disconnect());
  });
} else {
  parentPort.postMessage(await work(workerData));
}
