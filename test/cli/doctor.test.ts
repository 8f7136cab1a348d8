import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import { runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const versionIn = (file: string) => (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;

test('doctor describes this machine, and says what to type for what is missing', async () => {
  const [FDEPLOY_CACHE, FDEPLOY_OPENVINO] = [path.join(tempFolder(), 'cache'), tempFolder()];
  const env = { FDEPLOY_CACHE, FDEPLOY_OPENVINO };
  const { code, stdout, stderr } = await runCli(['doctor', '--json'], { env });
  expect([code, stderr]).toEqual([0, '']);
  const onnxruntime = versionIn('node_modules/onnxruntime-node/package.json');
  expect(JSON.parse(stdout)).toMatchObject({
    versions: { fdeploy: versionIn('package.json'), node: process.versions.node },
    system: { platform: process.platform, architecture: process.arch },
    memory: { machineMiB: totalmem() / 1024 ** 2 },
    defaultBackend: 'onnxruntime',
    backends: {
      onnxruntime: { version: onnxruntime, precisions: ['float32', 'int8'] },
      openvino: { devices: [], problem: expect.stringContaining('pip install openvino') as string },
    },
    cache: { folder: FDEPLOY_CACHE, models: 0, bytes: 0, limitBytes: 8 * 1024 ** 3 },
    packages: { koffi: { version: versionIn('node_modules/koffi/package.json'), for: 'OpenVINO' } },
  });
  const text = await runCli(['doctor'], { env });
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/^ {2}openvino +not usable: OpenVINO was not found at .*pip install openvino/m);
  expect(text.stdout).toContain(FDEPLOY_CACHE);
});

test('doctor says why the cache cannot be used', async () => {
  const { code, stdout } = await runCli(['doctor', '--json'], { env: { FDEPLOY_CACHE_LIMIT: 'much' } });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    cache: { problem: expect.stringContaining('FDEPLOY_CACHE_LIMIT') as string },
  });
});
