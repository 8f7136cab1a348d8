/**
 * What fdeploy is measured against: N worker threads, each a loop of sharp and `session.run` on the prepared file, with
 * nothing around it. `node bench/bare-loop.js <directory of inference.onnx> <pictures> <threads> [rounds]`
 * Prints PSS in MiB with every clone open and the most seen while they predict, and pictures a second.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setInterval } from 'node:timers';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const pss = () => Number(/^Pss:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'latin1'))[1]) / 1024;

async function work({ file, pictures, settings }) {
  const [{ default: sharp }, { InferenceSession, Tensor }] = [
    await import('sharp'),
    await import('onnxruntime-node'),
  ];
  sharp.concurrency(1);
  sharp.cache(false);
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableMemPattern: false,
    graphOptimizationLevel: 'disabled',
    ...settings,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const input = new Float32Array(3 * 224 * 224);
  const decode = (picture) => sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const step = async (ahead, next) => {
    const { data, info } = await ahead;
    const following = next && decode(next);
    for (let y = 0, i = 0, n = 224 * 224; y < 224; y++) {
      const row = Math.floor((y * info.height) / 224) * info.width;
      for (let x = 0; x < 224; x++, i++) {
        const from = 3 * (row + Math.floor((x * info.width) / 224));
        for (let c = 0; c < 3; c++) input[c * n + i] = data[from + c] / 127.5 - 1;
      }
    }
    await session.run({ x: new Tensor('float32', input, [1, 3, 224, 224]) });
    return following;
  };
  parentPort.postMessage('ready');
  parentPort.once('message', async () => {
    let ahead = decode(pictures[0]);
    for (let i = 0; i < pictures.length; i++) ahead = await step(ahead, pictures[i + 1]);
    parentPort.postMessage('done');
  });
}

async function main() {
  const [model, folder, threads, rounds = '1', settings = '{}'] = process.argv.slice(2);
  const { resolveRuntime } = await import('../dist/runtime/index.js');
  const source = { kind: 'onnx', file: path.join(model, 'inference.onnx') };
  const handle = await resolveRuntime(source, { threads: 1, shareWeights: true, notify: console.error });
  const pictures = readdirSync(folder).map((name) => path.join(folder, name));
  const all = Array.from({ length: Number(rounds) }, () => pictures).flat();
  const heard = (worker, wanted) =>
    new Promise((resolve) => worker.on('message', (message) => message === wanted && resolve()));
  const workers = Array.from({ length: Number(threads) }, (_, w) => {
    const share = all.filter((_, i) => i % Number(threads) === w);
    return new Worker(new URL(import.meta.url), {
      workerData: { file: handle.file, pictures: share, settings: JSON.parse(settings) },
    });
  });
  await Promise.all(workers.map((worker) => heard(worker, 'ready')));
  const cloned = pss();
  // As a run's summary has it: the most that was seen.
  let peak = cloned;
  const look = () => (peak = Math.max(peak, pss()));
  setInterval(look, 500);
  const start = performance.now();
  const ends = workers.map((worker) => heard(worker, 'done'));
  for (const worker of workers) worker.postMessage('go');
  await Promise.all(ends);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage();
  console.log(
    `${threads} threads: PSS ${cloned.toFixed(0)} MiB opened, ${look().toFixed(0)} MiB at most while predicting; ` +
      `${(all.length / seconds).toFixed(1)} pictures/s; CPU ${((user + system) / 1e6).toFixed(1)} s`,
  );
  process.exit();
}

if (isMainThread) await main();
else await work(workerData);
