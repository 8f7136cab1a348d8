import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ATTRIBUTE_TYPE, DATA_TYPE, encodeModel, type OnnxGraph } from '#src/onnx/proto.js';
import { finished, runCli, SHAPES_PICTURES, startCli } from '../../../support/cli.js';
import { valueInfo } from '../../../support/networks.js';
import { tempFolder } from '../../../support/temp.js';
import { until } from '../../../support/until.js';
import { below, preparing, runs } from '../../support/processes.js';

const picture = path.join(SHAPES_PICTURES, 'cls_000.jpg');

/** A classification model of the given nodes between `flat`, [1, 3], and `y`. */
function model(name: string, graph: Pick<OnnxGraph, 'node' | 'initializer'>): string {
  const folder = path.join(tempFolder(), name);
  mkdirSync(folder);
  const bytes = encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 14 }],
    graph: {
      name,
      input: [valueInfo('x', [1, 3, 4, 4])],
      output: [valueInfo('y', [1, 3])],
      ...(graph.initializer && { initializer: graph.initializer }),
      node: [
        { opType: 'GlobalAveragePool', input: ['x'], output: ['mean'] },
        { opType: 'Flatten', input: ['mean'], output: ['flat'] },
        ...graph.node,
      ],
    },
  });
  writeFileSync(path.join(folder, 'inference.onnx'), bytes);
  writeFileSync(
    path.join(folder, 'inference.yml'),
    'PreProcess: {transform_ops: [{ResizeImage: {size: 4}}, {ToCHWImage: }]}\nPostProcess: {Topk: }\n',
  );
  return folder;
}

/** A graph whose loop never ends: its condition stays true, and it counts up to 2^63 - 1. */
function endless(): string {
  const one = { name: 'one', dims: [], dataType: DATA_TYPE.float32, floatData: [1] };
  const condition = (name: string) => ({
    name,
    type: { tensorType: { elemType: DATA_TYPE.bool, shape: { dim: [] } } },
  });
  const body: OnnxGraph = {
    name: 'body',
    input: [
      { name: 'i', type: { tensorType: { elemType: DATA_TYPE.int64, shape: { dim: [] } } } },
      condition('before'),
      valueInfo('sum', [1, 3]),
    ],
    output: [condition('after'), valueInfo('larger', [1, 3])],
    initializer: [one],
    node: [
      { opType: 'Identity', input: ['before'], output: ['after'] },
      { opType: 'Add', input: ['sum', 'one'], output: ['larger'] },
    ],
  };
  return model('endless', {
    initializer: [
      { name: 'most', dims: [], dataType: DATA_TYPE.int64, int64Data: [2n ** 63n - 1n] },
      { name: 'yes', dims: [], dataType: DATA_TYPE.bool, rawData: Uint8Array.of(1) },
    ],
    node: [
      {
        opType: 'Loop',
        input: ['most', 'yes', 'flat'],
        output: ['y'],
        attribute: [{ name: 'body', type: ATTRIBUTE_TYPE.graph, g: body }],
      },
    ],
  });
}

/** A graph that makes a tensor of `gib` GiB. */
function huge(gib: number): string {
  return model('huge', {
    initializer: [{ name: 'size', dims: [1], dataType: DATA_TYPE.int64, int64Data: [(gib * 2 ** 30) / 4] }],
    node: [
      { opType: 'ConstantOfShape', input: ['size'], output: ['zeros'] },
      {
        opType: 'ReduceMax',
        input: ['zeros'],
        output: ['zero'],
        attribute: [{ name: 'keepdims', type: ATTRIBUTE_TYPE.int, i: 0 }],
      },
      { opType: 'Add', input: ['flat', 'zero'], output: ['y'] },
    ],
  });
}

/** What a preparation leaves behind, beside entries. */
const leftovers = (cache: string): string[] =>
  ['temporary', 'locks', 'models'].flatMap((name) => below(path.join(cache, name)));

test.each([
  ['an endless loop', endless, { FDEPLOY_PREPARE_TIMEOUT: '1' }, 'longer than 1 s'],
  ['a tensor of 3 GiB', () => huge(3), { FDEPLOY_PREPARE_MEMORY: '400MiB' }, 'more than 0.4 GiB of memory'],
])('%s is ended at the limit', async (_, make, limit, took) => {
  const cache = tempFolder();
  const folder = make();
  const [variable] = Object.keys(limit);
  expect(
    await runCli(['predict', '-m', folder, picture], { env: { FDEPLOY_CACHE: cache, ...limit } }),
  ).toEqual({
    code: 2,
    stdout: '',
    stderr: `fdeploy: preparing ${path.join(folder, 'inference.onnx')} took ${took} and was ended (${variable!} sets the limit)\n`,
  });
  expect(leftovers(cache)).toEqual([]);
});

test('a limit that is none is one sentence', async () => {
  const env = { FDEPLOY_CACHE: tempFolder(), FDEPLOY_PREPARE_TIMEOUT: 'never' };
  expect(await runCli(['predict', '-m', endless(), picture], { env })).toMatchObject({
    code: 2,
    stderr: "fdeploy: FDEPLOY_PREPARE_TIMEOUT must be a number of seconds above 0, not 'never'\n",
  });
});

(process.platform === 'linux' ? describe : describe.skip)('an endless loop', () => {
  const start = async () => {
    const cache = tempFolder();
    const parent = startCli(['predict', '-m', endless(), picture], { env: { FDEPLOY_CACHE: cache } });
    const end = finished(parent);
    const child = (await preparing(parent, cache))!; // it never ends by itself
    return { cache, parent, end, child };
  };

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('one %s ends it', async (signal, code) => {
    const { cache, parent, end, child } = await start();
    parent.kill(signal);
    expect(await end).toEqual({
      code,
      stdout: '',
      stderr: expect.stringMatching(
        /interrupted while the model was being prepared: nothing was predicted\n$/,
      ) as string,
    });
    expect(runs(child)).toBe(false);
    expect(leftovers(cache)).toEqual([]);
  });

  test.each<[string, NodeJS.Signals[]]>([
    ['SIGKILL', ['SIGKILL']],
    ['SIGHUP', ['SIGHUP']],
    ['two SIGINT', ['SIGINT', 'SIGINT']],
    ['SIGTERM and SIGKILL', ['SIGTERM', 'SIGKILL']],
  ])('it ends with its parent: %s', async (_, signals) => {
    const { cache, parent, end, child } = await start();
    for (const signal of signals) parent.kill(signal);
    await end;
    await until(() => !runs(child));
    expect(below(path.join(cache, 'locks'))).toEqual([]);
  });
});
