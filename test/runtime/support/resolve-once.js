/**
 * Resolves and runs one network in a process of its own: `node resolve-once.js <model.onnx>`. Prints one line of JSON; where
 * HOLD is set, it goes on until it is killed.
 */
import { openRuntime, resolveRuntime } from '#src/runtime/index.js';

const said = [];
const handle = await resolveRuntime(
  { kind: 'onnx', file: process.argv[2] },
  { threads: 1, shareWeights: true, notify: (sentence) => said.push(sentence) },
);
const runtime = await openRuntime(handle);
const dims = handle.inputs[0].dims.map((size) => (size > 0 ? size : 1));
const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(0.5);
const outputs = await runtime.run({ [handle.inputs[0].name]: { type: 'float32', dims, data } });
await runtime.close();
const { prepared, file } = handle;
console.log(
  JSON.stringify({ prepared, file, said, values: [...Object.values(outputs)[0].data.slice(0, 8)] }),
);
if (process.env.HOLD) await new Promise((resolve) => setTimeout(resolve, 600_000));
