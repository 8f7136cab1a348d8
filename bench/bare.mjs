/**
 * What fdeploy is measured against: worker threads, each a loop of sharp's decoding, if wanted, and `session.run` on a ready
 * tensor, with nothing around it.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/**
 * Predicts `count` pictures side by side.
 * @param network a resolved runtime: its file, inputs, threads and whether it is prepared
 * @param onReady called once every thread has opened the network
 * @param onAnswer called after each picture
 */
export async function runBare({ network, files, count, workers, decode, onReady = () => {}, onAnswer }) {
  let next = 0;
  const threads = Array.from({ length: workers }, () => {
    return new Worker(new URL(import.meta.url), { workerData: { network, decode } });
  });
  const first = (thread, event) => new Promise((resolve) => thread.once(event, resolve));
  const failed = new Promise((_, reject) => threads.forEach((thread) => thread.on('error', reject)));
  await Promise.race([failed, Promise.all(threads.map((thread) => first(thread, 'message')))]);
  onReady();
  const ends = threads.map((thread) => first(thread, 'exit'));
  for (const thread of threads) {
    const give = () => thread.postMessage(next < count ? files[next++ % files.length] : null);
    thread.on('message', () => {
      onAnswer();
      give();
    });
    give();
  }
  await Promise.race([failed, Promise.all(ends)]);
}

async function work({ network, decode }) {
  const { InferenceSession, Tensor } = (await import('onnxruntime-node')).default;
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  const session = await InferenceSession.create(network.file, {
    intraOpNumThreads: network.threads,
    interOpNumThreads: 1,
    enableMemPattern: false,
    graphOptimizationLevel: network.prepared ? 'disabled' : 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const [{ name, dims }] = network.inputs;
  const shape = dims.map((length, i) => (length > 0 ? length : i === 0 ? 1 : 224));
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5);
  parentPort.on('message', async (file) => {
    if (file === null) {
      parentPort.close();
      return;
    }
    if (decode) await sharp(file).raw().toBuffer();
    await session.run({ [name]: new Tensor('float32', data, shape) });
    parentPort.postMessage('done');
  });
  parentPort.postMessage('ready');
}

if (!isMainThread) await work(workerData);
