import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModel } from 'fdeploy';
import { ATTRIBUTE_TYPE, DATA_TYPE, encodeModel, type OnnxGraph, type OnnxTensor } from '#src/onnx/proto.js';
import { greyPicture } from '../support/constant-model.js';
import { runCli } from '../support/cli.js';
import { valueInfo } from '../support/networks.js';
import { tempFolder } from '../support/temp.js';

/** Values that lie in a file. */
const weights = (location: string): OnnxTensor => ({
  name: 'w',
  dims: [1, 3],
  dataType: DATA_TYPE.float32,
  dataLocation: 1,
  externalData: [
    { key: 'location', value: location },
    { key: 'offset', value: '0' },
    { key: 'length', value: '12' },
  ],
});

/** What comes out is the weights: pictures are scaled by 0 before they are added. */
const graph = (more: Partial<OnnxGraph>): OnnxGraph => ({
  name: 'external',
  input: [valueInfo('x', [1, 3, 2, 2])],
  output: [valueInfo('y', [1, 3])],
  ...more,
  node: [
    { opType: 'GlobalAveragePool', input: ['x'], output: ['mean'] },
    { opType: 'Flatten', input: ['mean'], output: ['flat'] },
    { opType: 'Sub', input: ['flat', 'flat'], output: ['zero'] },
    ...(more.node ?? []),
    { opType: 'Add', input: ['zero', 'w'], output: ['y'] },
  ],
});
const branch = (location: string): OnnxGraph => ({
  name: 'branch',
  input: [],
  output: [valueInfo('chosen', [1, 3])],
  initializer: [{ ...weights(location), name: 'inner' }],
  node: [{ opType: 'Identity', input: ['inner'], output: ['chosen'] }],
});

const PLACES: [string, (location: string) => OnnxGraph][] = [
  ['an initialiser', (location) => graph({ initializer: [weights(location)] })],
  [
    'a constant',
    (location) =>
      graph({
        node: [
          {
            opType: 'Constant',
            input: [],
            output: ['w'],
            attribute: [{ name: 'value', type: ATTRIBUTE_TYPE.tensor, t: weights(location) }],
          },
        ],
      }),
  ],
  [
    'a branch',
    (location) =>
      graph({
        initializer: [{ name: 'yes', dims: [], dataType: DATA_TYPE.bool, rawData: Uint8Array.of(1) }],
        node: [
          {
            opType: 'If',
            input: ['yes'],
            output: ['w'],
            attribute: [
              { name: 'then_branch', type: ATTRIBUTE_TYPE.graph, g: branch(location) },
              { name: 'else_branch', type: ATTRIBUTE_TYPE.graph, g: branch(location) },
            ],
          },
        ],
      }),
  ],
];

const YML =
  'PreProcess: {transform_ops: [{ResizeImage: {size: 2}}, {ToCHWImage: }]}\nPostProcess: {Topk: {topk: 1}}\n';

/** A model whose weights are said to lie at `location`, in a folder of a folder of its own. */
function model(of: (location: string) => OnnxGraph, location: string): string {
  const folder = path.join(tempFolder(), 'model');
  mkdirSync(folder);
  const opsetImport = [{ domain: '', version: 14 }];
  writeFileSync(
    path.join(folder, 'inference.onnx'),
    encodeModel({ irVersion: 8, opsetImport, graph: of(location) }),
  );
  writeFileSync(path.join(folder, 'inference.yml'), YML);
  return folder;
}
const values = (file: string): void => {
  writeFileSync(file, new Uint8Array(Float32Array.of(0.125, 0.5, 0.25).buffer));
};

const REFUSED: [string, string, (folder: string) => void, RegExp][] = [
  ['a file that is missing', 'w.bin', () => undefined, /stores weights in "w\.bin", which is not beside it$/],
  [
    'a path that leads out',
    '../w.bin',
    (folder) => {
      values(path.join(folder, '../w.bin'));
    },
    /stores weights in "\.\.\/w\.bin", which is outside its folder$/,
  ],
  ['a device', '../../../../../../dev/zero', () => undefined, /which is outside its folder$/],
  ['an absolute path', '/dev/zero', () => undefined, /"\/dev\/zero", which is outside its folder$/],
  [
    'a link that leads out',
    'w.bin',
    (folder) => {
      values(path.join(folder, '../w.bin'));
      symlinkSync('../w.bin', path.join(folder, 'w.bin'));
    },
    /"w\.bin", a link to a file outside its folder$/,
  ],
  [
    'a link to a device',
    'w.bin',
    (folder) => {
      symlinkSync('/dev/zero', path.join(folder, 'w.bin'));
    },
    /"w\.bin", which is a device, not a file$/,
  ],
  [
    'a named pipe',
    'w.bin',
    (folder) => {
      execFileSync('mkfifo', [path.join(folder, 'w.bin')]);
    },
    /"w\.bin", which is a named pipe, not a file$/,
  ],
  [
    'a directory',
    'sub',
    (folder) => {
      mkdirSync(path.join(folder, 'sub'));
    },
    /"sub", which is a directory, not a file$/,
  ],
];

describe.each(PLACES)('weights of %s', (_, of) => {
  test.each(REFUSED)('%s is refused', async (_what, location, put, sentence) => {
    const folder = model(of, location);
    put(folder);
    for (const shareWeights of [true, false]) {
      await expect(openModel(folder, { shareWeights })).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        message: expect.stringMatching(sentence) as string,
      });
    }
  });
});

test.each(PLACES.slice(0, 2))(
  'weights of %s in the folder are taken, and noticed when they change',
  async (_, of) => {
    const folder = model(of, 'w.bin');
    values(path.join(folder, 'w.bin'));
    for (const shift of [0, 1]) {
      const opened = await openModel(folder);
      const { classes } = (await opened.predict(greyPicture(2, 2))) as { classes: { id: number }[] };
      await opened.close();
      expect(classes[0]!.id).toBe((1 + shift) % 3);
      writeFileSync(path.join(folder, 'w.bin'), new Uint8Array(Float32Array.of(0.125, 0.25, 0.5).buffer));
    }
  },
);

test('a store of files with links to them, as hubs keep models, is taken', async () => {
  const folder = model(PLACES[0]![1], 'w.bin');
  const store = path.join(folder, '../store');
  mkdirSync(store);
  values(path.join(store, 'b'));
  renameSync(path.join(folder, 'inference.onnx'), path.join(store, 'a'));
  symlinkSync('../store/a', path.join(folder, 'inference.onnx'));
  symlinkSync('../store/b', path.join(folder, 'w.bin'));
  const opened = await openModel(folder);
  const { classes } = (await opened.predict(greyPicture(2, 2))) as { classes: unknown[] };
  expect(classes[0]).toMatchObject({ id: 1, score: 0.5 });
  await opened.close();
});

test('on the command line it is one sentence and exit code 2', async () => {
  const folder = model(PLACES[0]![1], 'w.bin');
  expect(await runCli(['predict', '-m', folder, 'x.jpg'])).toEqual({
    code: 2,
    stdout: '',
    stderr: `fdeploy: ${path.join(folder, 'inference.onnx')} stores weights in "w.bin", which is not beside it\n`,
  });
});
