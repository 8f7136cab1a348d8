import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { intAttribute } from '#src/onnx/graph/index.js';
import { ATTRIBUTE_TYPE, encodeModel, type OnnxAttribute } from '#src/onnx/proto.js';
import { openRuntime, resolveRuntime } from '#src/runtime/index.js';
import { floatTensor, noise, valueInfo } from '../support/networks.js';

const [HEIGHT, WIDTH] = [4, 5];
const DIMS = [1, 3, HEIGHT, WIDTH];
const POINTS = noise(HEIGHT * WIDTH * 2);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fdeploy-grid-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A network that samples its picture at POINTS, whatever the picture. */
async function network(attribute: OnnxAttribute[]): Promise<string> {
  const file = path.join(folder, 'flat.onnx');
  const model = encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 16 }],
    graph: {
      name: 'flat',
      node: [
        {
          opType: 'ReduceMean',
          input: ['image'],
          output: ['mean'],
          attribute: [intAttribute('keepdims', 0)],
        },
        { opType: 'Mul', input: ['mean', 'zero'], output: ['nothing'] },
        { opType: 'Add', input: ['points', 'nothing'], output: ['grid'] },
        { opType: 'GridSample', input: ['image', 'grid'], output: ['flat'], attribute },
      ],
      initializer: [
        floatTensor('zero', [], Float32Array.of(0)),
        floatTensor('points', [1, HEIGHT, WIDTH, 2], POINTS),
      ],
      input: [valueInfo('image', DIMS)],
      output: [valueInfo('flat', DIMS)],
    },
  });
  await writeFile(file, model);
  return file;
}
const text = (name: string, value: string): OnnxAttribute => ({
  name,
  type: ATTRIBUTE_TYPE.string,
  s: Buffer.from(value),
});
const resolve = (file: string, shareWeights = true) =>
  resolveRuntime(
    { kind: 'onnx', file, cut: 'sampling-grid' },
    { threads: 1, shareWeights, notify: () => undefined },
  );

test.each([true, false])(
  'a network is cut down to the points where it samples (shared: %s)',
  async (shared) => {
    const handle = await resolve(await network([intAttribute('align_corners', 1)]), shared);
    expect(handle.outputs).toMatchObject([{ name: 'grid', dims: [-1, -1, -1, 2] }]);
    const runtime = await openRuntime(handle);
    const outputs = await runtime.run({ image: { type: 'float32', dims: DIMS, data: noise(60, 2) } });
    expect(outputs.grid!.dims).toEqual([1, HEIGHT, WIDTH, 2]);
    expect([...outputs.grid!.data]).toEqual([...POINTS]);
    await runtime.close();
  },
);

test.each([
  ['zeros, unaligned corners', []],
  ['border, aligned corners', [intAttribute('align_corners', 1), text('padding_mode', 'border')]],
])('a network that samples in another way is refused: %s', async (found, attribute) => {
  await expect(resolve(await network(attribute))).rejects.toMatchObject({
    code: 'MODEL_UNSUPPORTED',
    found: expect.stringContaining(found) as string,
  });
});
