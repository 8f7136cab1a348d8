import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { characterErrors } from '../../bench/character-errors.mjs';
import { recordsIn, runCli } from '../support/cli.js';

interface Line {
  text: string;
  quad: [number, number][];
}

const FOLDER = 'fixtures/ocr/pictures';
const truth = JSON.parse(readFileSync('fixtures/ocr/truth.json', 'utf8')) as Record<string, Line[]>;
const cache = mkdtempSync(path.join(os.tmpdir(), 'fdeploy-shipped-table-'));

afterAll(() => {
  rmSync(cache, { recursive: true, force: true });
});

it('the default model reads small text in int8 with the table that comes with the install', async () => {
  // A layer or tensor that the simplified network does not have would be QUANTIZATION_INVALID.
  const names = ['single_line_a.png', 'many_lines_a.png'];
  const pictures = names.map((name) => path.join(FOLDER, name));
  const { code, stdout, stderr } = await runCli(
    ['predict', '--precision', 'int8', '-n', '1', '--ordered', ...pictures],
    { env: { FDEPLOY_CACHE: cache } },
  );
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  const records = recordsIn(stdout);
  expect(records[0]).toMatchObject({ status: 'ok', result: { text: 'USB接口与HDMI输出' } });
  const { lines } = (records[1] as unknown as { result: { lines: Line[] } }).result;
  const { errors, characters } = characterErrors(truth['many_lines_a.png']!, lines);
  expect(characters).toBe(1455);
  // float32 reads one wrong.
  expect(errors).toBeLessThanOrEqual(1 + 3);
}, 60_000);
