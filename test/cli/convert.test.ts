import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeConverted } from '#src/cli/convert.js';
import { runCli } from '../support/cli.js';
import { contentsOf } from '../support/files.js';
import { differences, paddleCases, writeExport } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();
const cases = paddleCases('architectures');
const tolerance = { absolute: 1e-4, relative: 1e-3 };

test('two networks with weights of their own files lie in one folder', async () => {
  const outputs = path.join(folder, 'onnx');
  mkdirSync(outputs);
  const file = (id: string): string => path.join(outputs, `${id}.onnx`);
  for (const paddleCase of cases) {
    const { model } = writeExport(paddleCase, 'old', folder);
    await writeConverted(model, { output: file(paddleCase.id) }, 0);
  }
  expect(readdirSync(outputs)).toEqual(cases.flatMap(({ id }) => [`${id}.onnx`, `${id}.onnx.data`]));
  for (const paddleCase of cases) {
    expect(await differences(paddleCase, 'old', { onnx: file(paddleCase.id) }, tolerance)).toEqual([]);
  }
  const [one, two] = cases.map((paddleCase) => writeExport(paddleCase, 'old', folder).model);
  writeFileSync(path.join(outputs, 'x.onnx.data'), 'mine');
  await expect(writeConverted(one!, { output: file('x') }, 0)).rejects.toMatchObject({
    code: 'OUTPUT_EXISTS',
  });
  expect(readFileSync(path.join(outputs, 'x.onnx.data'), 'utf8')).toBe('mine');
  expect(existsSync(file('x'))).toBe(false);
  await writeConverted(two!, { output: file('x'), overwrite: true }, 0);
  expect(await differences(cases[1]!, 'old', { onnx: file('x') }, tolerance)).toEqual([]);
});

test('an export is converted beside itself, and none of its files is replaced', async () => {
  const { model, params } = writeExport(cases[0]!, 'pir', path.join(folder, 'beside'));
  const place = path.dirname(model);
  linkSync(params!, path.join(place, 'again.onnx'));
  const before = contentsOf(place);
  for (const output of ['inference.json', 'inference.pdiparams', './again.onnx']) {
    expect(await runCli(['convert', '.', '-o', output, '--overwrite'], { cwd: place })).toEqual({
      code: 2,
      stdout: '',
      stderr: `fdeploy: --output '${output}' is a file of the model\n`,
    });
  }
  expect(contentsOf(place)).toEqual(before);
  expect((await runCli(['convert', '.'], { cwd: place })).code).toBe(0);
  expect(readdirSync(place).sort()).toEqual([...before.keys(), 'inference.onnx'].sort());
  const onnx = path.join(place, 'inference.onnx');
  expect(await differences(cases[0]!, 'pir', { onnx }, tolerance)).toEqual([]);
  expect((await runCli(['convert', '.'], { cwd: place })).stderr).toBe(
    'fdeploy: inference.onnx exists: use --overwrite to replace it\n',
  );
});
