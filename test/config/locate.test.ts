import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chooseNetwork, locateModel } from '#src/config/locate.js';

const YML = 'Global: {model_name: ResNet50}\nPostProcess: {Topk: {topk: 5}}\n';
const PIR = '{"base_code":{"magic":"pir","trainable":true,"version":1},"program":{}}';

async function directory(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fdeploy-model-'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

function spec(model: string, more: object = {}) {
  return { model, threads: 1, batchSize: 1, shareWeights: true, ...more };
}

describe('a model on disk', () => {
  it('prefers ONNX, then PIR, then ProgramDesc, and says what else lies there', async () => {
    const folder = await directory({
      'inference.yml': YML,
      'inference.onnx': '',
      'inference.json': PIR,
      'inference.pdmodel': '',
      'inference.pdiparams': '',
    });
    const located = await locateModel(spec(folder));
    expect(located.networks.map(({ file }) => path.basename(file))).toEqual([
      'inference.onnx',
      'inference.json',
      'inference.pdmodel',
    ]);
    const said: string[] = [];
    expect(chooseNetwork(located, (sentence) => said.push(sentence))).toEqual({
      kind: 'onnx',
      file: path.join(folder, 'inference.onnx'),
    });
    expect(said.join()).toMatch(/inference\.onnx.*inference\.json, inference\.pdmodel/);
  });

  it('takes the file that the caller names, from the directory too', async () => {
    const folder = await directory({
      'inference.onnx': '',
      'inference.pdmodel': '',
      'inference.pdiparams': '',
    });
    const { networks } = await locateModel(spec(folder, { modelFile: 'inference.pdmodel' }));
    expect(networks.map(({ source }) => source)).toEqual([
      {
        kind: 'paddle',
        model: path.join(folder, 'inference.pdmodel'),
        params: path.join(folder, 'inference.pdiparams'),
      },
    ]);
    await expect(locateModel(spec(folder, { modelFile: 'other.onnx' }))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });

  it('tells a PIR program from another JSON file', async () => {
    const folder = await directory({ 'inference.json': PIR, 'config.json': '{"a": 1}' });
    const { networks } = await locateModel(spec(folder));
    expect(networks.map(({ file }) => path.basename(file))).toEqual(['inference.json']);
  });

  it('is found from its network or its config as well', async () => {
    const folder = await directory({ 'inference.yml': YML, 'inference.onnx': '' });
    for (const name of ['inference.onnx', 'inference.yml']) {
      const located = await locateModel(spec(path.join(folder, name)));
      expect(located.config?.child('Global').string('model_name')).toBe('ResNet50');
      expect(located.networks).toHaveLength(1);
    }
  });

  it('takes any single ONNX file, and uncombined parameters', async () => {
    const onnx = await directory({ 'my-own.onnx': '' });
    expect((await locateModel(spec(onnx))).networks[0]?.file).toBe(path.join(onnx, 'my-own.onnx'));
    const uncombined = await directory({ __model__: '', conv1_weights: '' });
    expect((await locateModel(spec(uncombined))).networks[0]?.source).toEqual({
      kind: 'paddle',
      model: path.join(uncombined, '__model__'),
    });
  });

  it('is refused by name where there is none, with the known name that was meant', async () => {
    await expect(locateModel(spec('no/such/model'))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
    await expect(locateModel(spec('ppocr-v5'))).rejects.toThrow(/did you mean the known model ppocr-v4\?/);
    const empty = await directory({});
    await mkdir(path.join(empty, 'sub'));
    const located = await locateModel(spec(empty));
    expect(() => chooseNetwork(located, () => undefined)).toThrow(/contains no network/);
  });
});
