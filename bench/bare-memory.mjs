/**
 * Memory of the bare loop on a prepared file: PSS in MiB with every clone open and the most seen while they predict.
 *
 *   node bench/bare-memory.mjs <directory of inference.onnx> <folder of pictures> <threads> [pictures]
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { resolveRuntime } from '../dist/runtime/index.js';
import { runBare } from './bare.mjs';
import { pssMiB, watchPeak } from './pss.mjs';

const [model, folder, threads, count] = process.argv.slice(2);
const source = { kind: 'onnx', file: path.join(model, 'inference.onnx') };
const network = await resolveRuntime(source, { threads: 1, shareWeights: true, notify: console.error });
const files = readdirSync(folder).map((name) => path.join(folder, name));
let opened = 0;
const look = watchPeak(500);
await runBare({
  network,
  files,
  count: Number(count ?? files.length),
  workers: Number(threads),
  decode: true,
  onReady: () => (opened = pssMiB()),
  onAnswer: () => undefined,
});
console.log(
  `${threads} threads: PSS ${opened.toFixed(0)} MiB opened, ${look().toFixed(0)} MiB at most while predicting`,
);
