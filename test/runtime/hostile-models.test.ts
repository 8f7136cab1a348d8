import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openModel, type OpenOptions } from '#src/index.js';
import { readUserDefaults } from '#src/config/user-defaults.js';
import { constantModel } from '../support/constant-model.js';
import { OCR_MODELS } from '../support/ocr-models.js';
import { SHAPES_MODEL } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

let count = 0;
const root = tempFolder();

/** A copy of a model that works. */
function modelFolder(): string {
  const folder = path.join(root, `model${count++}`);
  cpSync(SHAPES_MODEL, folder, { recursive: true });
  return folder;
}

type Stand = (file: string) => void;
/** What may stand where a file is expected, and how it is called in a sentence. */
const STANDS: [string, Stand, RegExp][] = [
  [
    'a directory',
    (file) => {
      mkdirSync(file);
    },
    /is a directory, not a file/,
  ],
  [
    'a link to nothing',
    (file) => {
      symlinkSync('gone', file);
    },
    /is a link to a file that does not exist/,
  ],
  ...(process.platform === 'win32'
    ? []
    : ([
        ['a named pipe', (file) => execFileSync('mkfifo', [file]), /is a named pipe, not a file/],
        [
          'a device',
          (file) => {
            symlinkSync('/dev/zero', file);
          },
          /is a device, not a file/,
        ],
      ] satisfies [string, Stand, RegExp][])),
];

function inPlaceOf(file: string, stand: Stand): string {
  rmSync(file, { force: true });
  stand(file);
  return file;
}

/** Opens a model that must be refused with one sentence. */
async function refusal(model: string, options: OpenOptions = {}) {
  const error: unknown = await openModel(model, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { code, kind, message } = error as { code?: string; kind?: string; message: string };
  expect({ kind, lines: message.split('\n').length }).toEqual({ kind: 'call', lines: 1 });
  return { code, message };
}

describe.each(STANDS)('%s', (_, stand, sentence) => {
  test('where the config is expected', async () => {
    const folder = modelFolder();
    const file = inPlaceOf(path.join(folder, 'inference.yml'), stand);
    expect(await refusal(folder)).toEqual({
      code: expect.stringMatching(/^CONFIG_(INVALID|MISSING)$/) as string,
      message: expect.stringMatching(sentence) as string,
    });
    expect((await refusal(modelFolder(), { modelConfig: file })).message).toMatch(sentence);
  });

  test('where the network is expected', async () => {
    const folder = modelFolder();
    const file = inPlaceOf(path.join(folder, 'inference.onnx'), stand);
    expect(await refusal(folder)).toEqual({
      code: expect.stringMatching(/^MODEL_(INVALID|NOT_FOUND)$/) as string,
      message: expect.stringMatching(sentence) as string,
    });
    expect((await refusal(modelFolder(), { modelFile: file })).message).toMatch(sentence);
  });

  test('where labels are expected', async () => {
    const labels = inPlaceOf(path.join(modelFolder(), 'labels.txt'), stand);
    expect(await refusal(modelFolder(), { labels })).toEqual({
      code: 'LABELS_INVALID',
      message: expect.stringMatching(sentence) as string,
    });
  });

  test('where a dictionary is expected', async () => {
    const recDict = inPlaceOf(path.join(modelFolder(), 'dict.txt'), stand);
    expect(await refusal(OCR_MODELS.rec, { recDict })).toEqual({
      code: 'DICTIONARY_MISSING',
      message: expect.stringMatching(sentence) as string,
    });
  });

  test('where parameters are expected', async () => {
    const folder = modelFolder();
    rmSync(path.join(folder, 'inference.onnx'));
    writeFileSync(path.join(folder, 'inference.pdmodel'), '');
    inPlaceOf(path.join(folder, 'inference.pdiparams'), stand);
    expect(await refusal(folder)).toEqual({
      code: expect.stringMatching(/^MODEL_(INVALID|NOT_FOUND)$/) as string,
      message: expect.stringMatching(sentence) as string,
    });
  });

  test('where defaults are expected', async () => {
    const folder = path.join(root, `defaults${count++}`);
    mkdirSync(folder);
    inPlaceOf(path.join(folder, 'fdeploy.config.yaml'), stand);
    const read = readUserDefaults(folder, path.join(root, 'none.yaml'), root);
    await expect(read).rejects.toMatchObject({
      kind: 'call',
      message: expect.stringMatching(sentence) as string,
    });
  });

  test('under a name that has nothing to do with the model', async () => {
    const folder = modelFolder();
    for (const name of ['manifest.json', 'notes.txt']) inPlaceOf(path.join(folder, name), stand);
    const model = await openModel(folder);
    await model.close();
  });
});

describe('files past any sensible size', () => {
  const sparse = (name: string, bytes: number): string => {
    const file = path.join(root, name);
    writeFileSync(file, '');
    truncateSync(file, bytes);
    return file;
  };

  test('labels of 200 MB, a dictionary and a config of 15 MB', async () => {
    expect(await refusal(modelFolder(), { labels: sparse('labels.txt', 2e8) })).toEqual({
      code: 'LABELS_INVALID',
      message: expect.stringMatching(/labels\.txt has 200000000 bytes; at most \d+ are read$/) as string,
    });
    expect((await refusal(OCR_MODELS.rec, { recDict: sparse('dict.txt', 2e8) })).code).toBe(
      'DICTIONARY_MISSING',
    );
    expect(await refusal(modelFolder(), { modelConfig: sparse('large.yml', 15e6) })).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/large\.yml has 15000000 bytes; at most \d+ are read$/) as string,
    });
  });

  test.each([true, false])(
    'an input of 1 x 3 x 200000 x 200000, weights shared: %s',
    async (shareWeights) => {
      const side = 200_000;
      const folder = constantModel(
        {
          inputs: [{ name: 'x', dims: [1, 3, side, side] }],
          outputs: [{ name: 'y', type: 'float32', dims: [1, 2], values: [0, 1] }],
        },
        {
          file: 'inference.yml',
          text: 'PreProcess: {transform_ops: [{ResizeImage: {resize_short: 8}}]}\nPostProcess: {Topk: }\n',
        },
      );
      expect(await refusal(folder, { shareWeights })).toEqual({
        code: 'MODEL_UNSUPPORTED',
        message: expect.stringMatching(/its input "x" is 1 x 3 x 200000 x 200000, more than/) as string,
      });
    },
  );

  test('a config that produces pictures of 200000 x 200000', async () => {
    const file = path.join(root, 'size.yml');
    const sized = '[{ResizeImage: {size: 200000}}, {ToCHWImage: }]';
    writeFileSync(file, `PreProcess: {transform_ops: ${sized}}\nPostProcess: {Topk: }\n`);
    expect(await refusal(modelFolder(), { modelConfig: file })).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/a size of at most \d+ pixels for .*size but found "200000"/) as string,
    });
  });

  test('a PIR program may be larger than a config', async () => {
    const file = path.join(modelFolder(), 'program.json');
    const program = '{"base_code":{"magic":"pir","version":1},"program":{"regions":[]},"padding":"';
    writeFileSync(file, `${program}${' '.repeat(5e6)}"}`);
    expect((await refusal(file, { task: 'classification' })).code).toBe('MODEL_INVALID');
  });

  test('a config that is nested 20,000 times', async () => {
    const file = path.join(root, 'deep.yml');
    writeFileSync(file, `a: ${'['.repeat(20_000)}`);
    expect((await refusal(modelFolder(), { modelConfig: file })).code).toBe('CONFIG_INVALID');
  });
});
