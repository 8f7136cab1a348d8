import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { recordsIn, runCli } from '../support/cli.js';

const cache = mkdtempSync(path.join(os.tmpdir(), 'fdeploy-shipped-table-'));

afterAll(() => {
  rmSync(cache, { recursive: true, force: true });
});

it('the default model is read in int8 with the table that comes with the install', async () => {
  // A layer or tensor that the simplified network does not have would be QUANTIZATION_INVALID.
  const picture = 'fixtures/ocr/pictures/single_line_a.png';
  const env = { FDEPLOY_CACHE: cache };
  const { code, stdout, stderr } = await runCli(['predict', '--precision', 'int8', '-n', '1', picture], {
    env,
  });
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  expect(recordsIn(stdout)).toMatchObject([{ status: 'ok', result: { text: 'USB接口与HDMI输出' } }]);
}, 60_000);
