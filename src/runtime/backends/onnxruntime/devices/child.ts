/** Opens a tiny network on the device that argv names and says how that went: drivers print, hang and crash. */
import { messageOf } from '../../../../contracts/errors.js';
import { DATA_TYPE, encodeModel } from '../../../../onnx/proto.js';
import { loadOnnxruntime } from '../session.js';
import type { DeviceAnswer } from './messages.js';
import { partsOf, providerOf } from './provider.js';

const SIZE = 4;

async function tryDevice(device: string): Promise<DeviceAnswer> {
  const { InferenceSession, Tensor, listSupportedBackends } = await loadOnnxruntime();
  const known = listSupportedBackends().map(({ name }) => name);
  if (!known.includes(partsOf(device).kind)) return { type: 'absent', known };
  try {
    const session = await InferenceSession.create(network(), { executionProviders: [providerOf(device)] });
    await session.run({ x: new Tensor('float32', new Float32Array(SIZE), [SIZE]) });
    return { type: 'opened' };
  } catch (error) {
    return { type: 'failed', reason: messageOf(error) };
  }
}

function network(): Uint8Array {
  const type = { tensorType: { elemType: DATA_TYPE.float32, shape: { dim: [{ dimValue: SIZE }] } } };
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'probe',
      input: [{ name: 'x', type }],
      output: [{ name: 'y', type }],
      node: [{ opType: 'Relu', input: ['x'], output: ['y'] }],
    },
  });
}

process.stdout.write(`${JSON.stringify(await tryDevice(process.argv[2] ?? ''))}\n`, () => {
  process.exit();
});
