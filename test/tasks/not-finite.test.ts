import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModel, type OpenOptions } from 'fdeploy';
import sharp from 'sharp';
import { encodeModel } from '#src/onnx/proto.js';
import { constantModel, greyPicture, type GraphOutput } from '../support/constant-model.js';
import { recordsIn, runCli } from '../support/cli.js';
import { valueInfo } from '../support/networks.js';
import { tempFolder } from '../support/temp.js';

const CLAS = 'PreProcess: {transform_ops: [{ResizeImage: {size: 4}}, {ToCHWImage: }]}\n';
const DET =
  'arch: ANY\nlabel_list: [cat, dog]\nPreprocess: [{type: Resize, target_size: [32, 32], keep_ratio: false, interp: 1}, {type: Permute}]\n';
const SEG = 'label_list: [sky, sea]\nDeploy:\n  transforms: [{type: Resize, target_size: [4, 2]}]\n';

type Output = Omit<GraphOutput, 'name' | 'type'> & { name?: string; type?: 'float32' };
type Case = [what: string, model: () => string, options?: OpenOptions];

/** A model whose network gives the same values for every picture. */
function model(file: string, text: string, outputs: Output[], dims = [-1, 3, -1, -1]): string {
  const filled = outputs.map((output, i) => ({ name: `out${i}`, type: 'float32' as const, ...output }));
  return constantModel({ inputs: [{ name: 'x', dims }], outputs: filled }, { file, text });
}
const clas = (post: string, ...values: number[]) =>
  model('inference.yml', `${CLAS}PostProcess: {${post}}\n`, [
    { dims: [1, values.length], declared: [-1, values.length], values },
  ]);
const det = (...outputs: Output[]) => model('infer_cfg.yml', DET, outputs);
const rows = (...values: number[]): Output => ({ dims: [1, 6], declared: [-1, 6], values });
const seg = (...values: number[]) =>
  model('deploy.yaml', SEG, [{ dims: [1, 2, 2, 4], declared: [-1, 2, -1, -1], values }]);
const ocr = (output: Output, dims: number[]) =>
  path.join(model('inference.yml', 'Global: {model_name: any}\n', [output], dims), 'model.onnx');

const BOXES: Output = { name: 'boxes', dims: [1, 1, 4], declared: [-1, -1, 4], values: [1, 1, 9, 9] };
const SCORES: Output = { name: 'scores', dims: [1, 2, 1], declared: [-1, 2, -1], values: [0.9, 0.1] };
const FLAT = Array.from<number>({ length: 16 }).fill(0.5);
const MAP = Array.from<number>({ length: 1024 }).fill(0.1);
const dictionary = path.join(tempFolder(), 'dict.txt');
writeFileSync(dictionary, 'a\nb\n');
const withOne = (values: number[], at: number, value: number): number[] => values.with(at, value);

const CASES: Case[] = [
  ...[NaN, Infinity, -Infinity].map((value): Case => [
    `a class's score of ${value}`,
    () => clas('Topk: {topk: 1}', 0.2, 0.7, value),
  ]),
  ['scores before a threshold', () => clas('ThreshOutput: {threshold: 0.5}', 0.5, NaN)],
  ['scores of several labels', () => clas('MultiLabelThreshOutput: {threshold: 0.5}', 0.9, NaN, 0.1)],
  ['the score of a row', () => det(rows(0, NaN, 1, 1, 9, 9))],
  ['an infinite score of a row', () => det(rows(0, Infinity, 1, 1, 9, 9))],
  ['a corner of a row', () => det(rows(0, 0.9, 1, NaN, 9, 9))],
  ['the class of a row', () => det(rows(NaN, 0.9, 1, 1, 9, 9))],
  [
    'a mask',
    () => det(rows(0, 0.9, 1, 1, 3, 2), { dims: [1, 2, 2], declared: [-1, -1, -1], values: [1, NaN, 0, 0] }),
  ],
  ['a score before suppression', () => det(BOXES, { ...SCORES, values: [0.9, NaN] })],
  ['a corner before suppression', () => det({ ...BOXES, values: [1, 1, Infinity, 9] }, SCORES)],
  ['one pixel of a class', () => seg(...withOne(FLAT, 11, NaN))],
  ['one pixel of the first class', () => seg(...withOne(FLAT, 3, Infinity))],
  ['a score map', () => seg(...withOne(FLAT, 11, NaN)), { scoreMaps: true }],
  ...[NaN, Infinity].map((value): Case => [
    `a map of text with ${value}`,
    () => ocr({ dims: [1, 1, 32, 32], values: withOne(MAP, 99, value) }, [1, 3, 32, 32]),
    { task: 'ocr' },
  ]),
  [
    "a character's score",
    () => ocr({ dims: [1, 2, 3], declared: [-1, -1, 3], values: [0, 1, 0, NaN, 0.1, 0.9] }, [-1, 3, 48, -1]),
    { task: 'ocr', recDict: dictionary },
  ],
  [
    "an orientation's score",
    () => ocr({ dims: [1, 2], declared: [-1, 2], values: [0.5, NaN] }, [-1, 3, 48, 192]),
    { task: 'ocr' },
  ],
];

test.each(CASES)('%s that is no number is an error, not a result', async (_, folder, options = {}) => {
  const opened = await openModel(folder(), { shareWeights: false, ...options });
  try {
    await expect(opened.predict(greyPicture(4, 2))).rejects.toMatchObject({
      code: 'RESULT_INVALID',
      message: expect.stringMatching(/(NaN|Infinity)/) as string,
    });
  } finally {
    await opened.close();
  }
});

test('rows that only fill up, and boxes without a score, may hold anything', async () => {
  const folders = [
    det({ dims: [2, 6], declared: [-1, 6], values: [0, 0.9, 1, 1, 3, 2, -1, NaN, NaN, 0, 0, 0] }),
    det(
      { ...BOXES, dims: [1, 2, 4], values: [1, 1, 3, 2, NaN, 1, Infinity, 2] },
      { ...SCORES, dims: [1, 2, 2], values: [0.9, 0.1, 0.1, 0.1] },
    ),
  ];
  for (const folder of folders) {
    const opened = await openModel(folder, { shareWeights: false, task: 'detection' });
    expect(await opened.predict(greyPicture(4, 2))).toMatchObject({ objects: [{ label: 'cat' }] });
    await opened.close();
  }
});

/** The logarithm of each channel's mean: of a black picture -Infinity. */
function logModel(): string {
  const folder = path.join(tempFolder(), 'logarithm');
  mkdirSync(folder);
  const bytes = encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'logarithm',
      input: [valueInfo('x', [-1, 3, 4, 4])],
      output: [valueInfo('y', [-1, 3])],
      node: [
        { opType: 'GlobalAveragePool', input: ['x'], output: ['mean'] },
        { opType: 'Flatten', input: ['mean'], output: ['flat'] },
        { opType: 'Log', input: ['flat'], output: ['y'] },
      ],
    },
  });
  writeFileSync(path.join(folder, 'inference.onnx'), bytes);
  const normalize = '{NormalizeImage: {mean: [0, 0, 0], std: [1, 1, 1]}}';
  writeFileSync(
    path.join(folder, 'inference.yml'),
    `PreProcess: {transform_ops: [{ResizeImage: {size: 4}}, ${normalize}, {ToCHWImage: }]}\nPostProcess: {Topk: {topk: 1}}\n`,
  );
  return folder;
}

test.each(['thread', 'process'])(
  'mode %s: the picture gets an error record, its neighbours in the batch do not',
  async (mode) => {
    const folder = tempFolder();
    for (const [name, background] of [
      ['a', '#fff'],
      ['b', '#000'],
      ['c', '#777'],
    ] as const) {
      const picture = sharp({ create: { width: 8, height: 8, channels: 3, background } });
      await picture.png().toFile(path.join(folder, `${name}.png`));
    }
    const { code, stdout } = await runCli([
      'predict',
      '-m',
      logModel(),
      folder,
      '-n',
      '1',
      '-b',
      '3',
      '--mode',
      mode,
    ]);
    const outcomes = recordsIn(stdout).map((record) => [
      path.basename(record.image),
      record.status === 'ok' ? 'ok' : record.error.code,
    ]);
    expect(outcomes.sort()).toEqual([
      ['a.png', 'ok'],
      ['b.png', 'RESULT_INVALID'],
      ['c.png', 'ok'],
    ]);
    expect(code).toBe(1);
  },
);
