import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { fillRunOptions } from '#src/config/flags/fill.js';
import type { ModelHandle } from '#src/contracts/model.js';
import type { Picture } from '#src/contracts/picture.js';
import { decodePicture } from '#src/images/decode.js';
import { encodeModel } from '#src/onnx/proto.js';
import { Calibration, type Calibrated } from '#src/quantize/calibrate.js';
import { decide, type Decision } from '#src/quantize/control.js';
import { evaluate, predictFloat, type Evaluation, type Tables } from '#src/quantize/evaluate.js';
import { floatNetworks, type FloatNetwork } from '#src/quantize/networks.js';
import { rankLayers } from '#src/quantize/rank.js';
import { resolveModel } from '#src/tasks/registry.js';
import { floatTensor, modelOf, valueInfo } from '../support/networks.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const CHANNELS = 4;
const CONFIG = `PreProcess:
  transform_ops:
  - ResizeImage: {size: [32, 32]}
  - NormalizeImage: {scale: 0.00392156862745098, mean: [0, 0, 0], std: [1, 1, 1], order: ''}
  - ToCHWImage: null
PostProcess:
  Topk: {topk: 3, label_list: [red, green, blue]}
`;

/** Weights of a 1 x 1 convolution: `rows[output][input]`. */
const weights = (name: string, rows: number[][]) =>
  floatTensor(name, [rows.length, rows[0]!.length, 1, 1], Float32Array.from(rows.flat()));

const passOn = (value: (output: number, input: number) => number): number[][] =>
  Array.from({ length: CHANNELS }, (_, output) =>
    Array.from({ length: CHANNELS }, (_, input) => value(output, input)),
  );

/**
 * Tells red, green and blue. "explodes" gives a channel a million times as large as the three that count, so that uint8 has one
 * value for all of these; the layer behind it reads it. "saturates" has large weights for a channel that is always 0, so that
 * int8 has no step for the others. The other layers are harmless.
 */
const model = modelOf({
  name: 'colours',
  node: [
    { opType: 'Conv', input: ['x', 'w1'], output: ['explodes'] },
    { opType: 'Relu', input: ['explodes'], output: ['r1'] },
    { opType: 'Conv', input: ['r1', 'w2'], output: ['reads'] },
    { opType: 'Relu', input: ['reads'], output: ['r2'] },
    { opType: 'Conv', input: ['r2', 'w3'], output: ['saturates'] },
    { opType: 'Relu', input: ['saturates'], output: ['r3'] },
    { opType: 'Conv', input: ['r3', 'w4'], output: ['harmless'] },
    { opType: 'GlobalAveragePool', input: ['harmless'], output: ['mean'] },
    { opType: 'Flatten', input: ['mean'], output: ['flat'] },
    { opType: 'Softmax', input: ['flat'], output: ['y'] },
  ],
  initializer: [
    weights('w1', [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1e6, 1e6, 1e6]]), // prettier-ignore
    weights(
      'w2',
      passOn((output, input) => (output === 3 ? -1 : output === input ? 1 : 0)),
    ),
    weights(
      'w3',
      passOn((output, input) => (input === 3 ? 1e6 : output === input ? 1 : 0)),
    ),
    weights('w4', passOn((output, input) => (output === input ? 10 : 0)).slice(0, 3)),
  ],
  input: [valueInfo('x', [-1, 3, 32, 32])],
  output: [valueInfo('y', [-1, 3])],
});

let handle: ModelHandle;
let network: FloatNetwork;
let calibrated: Calibrated;
let files: string[];

const pictures = async function* (): AsyncGenerator<Picture> {
  for (const file of files) yield await decodePicture(file, handle.decode);
};

beforeAll(async () => {
  process.env.FDEPLOY_CACHE = path.join(folder, 'cache');
  const directory = path.join(folder, 'colours');
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'inference.onnx'), encodeModel(model));
  writeFileSync(path.join(directory, 'inference.yml'), CONFIG);
  files = await Promise.all(
    Array.from({ length: 9 }, async (_, i) => {
      const [r = 0, g = 0, b = 0] = [0, 1, 2].map((c) => 60 + 15 * i - 20 * c + (i % 3 === c ? 80 : 0));
      const file = path.join(folder, `${i}.png`);
      await sharp({ create: { width: 40, height: 40, channels: 3, background: { r, g, b } } }).toFile(file);
      return file;
    }),
  );
  const { spec } = fillRunOptions({ model: directory });
  handle = await resolveModel({ ...spec, shareWeights: false }, () => undefined);
  [network] = (await floatNetworks(handle, path.join(folder, 'networks'))) as [FloatNetwork];
  const calibration = await Calibration.open(network);
  await predictFloat(handle, [network], pictures(), () => (feeds) => calibration.see(feeds));
  calibrated = await calibration.close();
}, 60_000);

/** @param fastEnough whether int8 with these layers in float counts as faster than float32: no time is measured */
async function decided(fastEnough: (floatLayers: number) => boolean): Promise<Decision> {
  const judge = async (tables: Tables): Promise<Evaluation> => {
    const count = Object.values(tables).reduce((sum, { float }) => sum + Object.keys(float).length, 0);
    const evaluation = await evaluate(handle, [network], tables, pictures());
    return { ...evaluation, speedup: fastEnough(count) ? 2 : 1 };
  };
  return await decide(
    network,
    calibrated,
    { maxDrop: 0.005 },
    { evaluate: judge, rank: (table) => rankLayers(network, table, calibrated.feeds), say: () => undefined },
  );
}

test('with all layers in int8 most pictures have another class', async () => {
  const tables = { [network.part]: { ranges: calibrated.ranges, float: {} } };
  const { drop } = await evaluate(handle, [network], tables, pictures());
  expect(drop).toBeGreaterThan(0.5);
});

test('the accuracy control leaves the layers float that explode or saturate', async () => {
  const { table, evaluation } = await decided(() => true);
  expect(evaluation!.drop).toBe(0);
  expect(Object.keys(table!.float).sort()).toEqual(['explodes', 'reads', 'saturates']);
}, 60_000);

test('where these layers are needed in int8 for the speed, it refuses with the figures', async () => {
  const { table, evaluation, reason, errors } = await decided((floatLayers) => floatLayers < 3);
  expect(table).toBeUndefined();
  expect(reason).toBe('no choice of layers holds the limit and is faster');
  // The closest setting holds the limit and is no faster.
  expect(evaluation).toMatchObject({ drop: 0, speedup: 1 });
  expect(errors.slice(0, 3).map(({ layer }) => layer).sort()).toEqual(['explodes', 'reads', 'saturates']); // prettier-ignore
}, 60_000);
