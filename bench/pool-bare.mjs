/** The least that a prediction can cost in a thread: sharp's decoding, if wanted, and `session.run` on a ready tensor. */
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);
const { network, decode } = workerData;
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
