import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { contentHash } from '#src/runtime/prepared-models.js';
import { recordsIn, runCli, SHAPES_PICTURES } from '../support/cli.js';
import { bytesOf, matmulModel } from '../support/networks.js';
import { paddleCases, writeLooseExport } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const old = new Date(Date.now() - 3_600_000);

/** Other bytes of the same length, in the same file, with its time as it was. */
function rewrite(file: string, change: (bytes: Buffer) => void): void {
  const { atime, mtime } = statSync(file);
  const bytes = readFileSync(file);
  change(bytes);
  writeFileSync(file, bytes);
  utimesSync(file, atime, mtime);
}

/** The values of a parameter's file, which end it, times -1. */
const negate = (bytes: Buffer): void => {
  for (let i = bytes.length - 4; i >= bytes.length - 40; i -= 4) bytes.writeFloatLE(-bytes.readFloatLE(i), i);
};

describe('an export with a file for each parameter', () => {
  const vit = paddleCases('architectures').find(({ id }) => id === 'clas_vit')!;
  let folder: string;
  let parameters: string[];
  const cache = path.join(tempFolder(), 'cache');
  const output = path.join(tempFolder(), 'r.jsonl');
  const picture = path.join(tempFolder(), 'a.jpg');
  const predict = (...more: string[]) =>
    runCli(['predict', '-m', folder, picture, '-q', ...more], { env: { FDEPLOY_CACHE: cache } });

  beforeAll(() => {
    folder = tempFolder();
    parameters = writeLooseExport(vit, folder);
    writeFileSync(
      path.join(folder, 'inference.yml'),
      'PreProcess: {transform_ops: [{ResizeImage: {size: 64}}, {NormalizeImage: }, {ToCHWImage: }]}\nPostProcess: {Topk: }\n',
    );
    for (const file of [...parameters, path.join(folder, '__model__')]) utimesSync(file, old, old);
    copyFileSync(path.join(SHAPES_PICTURES, 'cls_000.jpg'), picture);
  });

  test('a replaced parameter is another model: for results and for --resume', async () => {
    expect(parameters.length).toBeGreaterThan(10);
    expect((await predict('-o', output)).code).toBe(0);
    expect((await predict('-o', output, '--resume')).code).toBe(0);
    const [before] = recordsIn(readFileSync(output, 'utf8'));

    // the last linear layer's bias, of 10 values
    const bias = parameters.filter((file) => statSync(file).size < 100).at(-1)!;
    rewrite(bias, negate);
    const refused = await predict('-o', output, '--resume');
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/it was made by another model/) as string,
    });
    const [after] = recordsIn((await predict()).stdout);
    expect(after).not.toMatchObject({ result: (before as { result: object }).result });
  });

  test('what else lies in the folder does not matter', async () => {
    const root = tempFolder();
    const hash = () => contentHash({ kind: 'paddle', model: path.join(folder, '__model__') }, root);
    const before = await hash();
    writeFileSync(path.join(folder, 'results.jsonl'), '{}');
    expect(await hash()).toBe(before);
    utimesSync(path.join(folder, '__model__'), new Date(), new Date()); // read anew
    expect(await hash()).toBe(before);
  });
});

test('a rewrite of the same length with its time restored is noticed', async () => {
  const file = path.join(tempFolder(), 'model.onnx');
  writeFileSync(file, bytesOf(matmulModel([8, 8])));
  utimesSync(file, old, old);
  const root = tempFolder();
  const before = await contentHash({ kind: 'onnx', file }, root);
  rewrite(file, (bytes) => {
    bytes[bytes.length - 1]! ^= 1;
  });
  expect(await contentHash({ kind: 'onnx', file }, root)).not.toBe(before);
});

test('where times count in steps of two seconds, a rewrite within them is noticed', () => {
  const file = path.join(tempFolder(), 'model.onnx');
  writeFileSync(file, bytesOf(matmulModel([8, 8])));
  const support = path.resolve('test/runtime/support');
  const said = execFileSync(
    process.execPath,
    [
      '--import',
      pathToFileURL(path.join(support, 'coarse-times.mjs')).href,
      path.join(support, 'hash-twice.mjs'),
      file,
    ],
    { env: { ...process.env, FDEPLOY_CACHE: tempFolder() }, encoding: 'utf8' },
  );
  const [before, after] = JSON.parse(said) as [string, string];
  expect(after).not.toBe(before);
});
