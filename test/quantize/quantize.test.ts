import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { findLibrary } from '#src/runtime/backends/openvino/find.js';
import type { NamedTable } from '#src/onnx/quantize/index.js';
import { recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../support/cli.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'fdeploy-int8-test-'));
const env = { FDEPLOY_CACHE: path.join(folder, 'cache') };
const model = path.join(folder, 'resnet');
const pictures = [0, 2, 4].map((n) => path.join(SHAPES_PICTURES, `cls_00${n}.jpg`));
const tableFile = path.join(model, 'quantization.json');

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a large convolutional network', () => {
  beforeAll(() => {
    execFileSync(process.execPath, ['bench/make-model.js', 'resnet50', model]);
  });

  it('is not predicted in int8 without a table, and the error has the command', async () => {
    const { code, stderr } = await runCli(['predict', '-m', model, '--precision', 'int8', pictures[0]!], {
      env,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/has no quantization\.json: run fdeploy quantize <model> <images\.\.\.>/);
  });

  it('gets a table beside it, with which both modes give the same results', async () => {
    // Random weights leave the classes close together: the limit is off.
    const made = await runCli(['quantize', model, ...pictures, '--max-drop', '100', '--json'], { env });
    const report = JSON.parse(made.stdout) as {
      accepted: boolean;
      file: string;
      networks: { layers: { int8: number } }[];
    };
    expect(made.code).toBe(report.accepted ? 0 : 1);
    expect(existsSync(tableFile)).toBe(report.accepted);
    if (report.accepted) {
      expect(report.file).toBe(tableFile);
      expect(report.networks[0]!.layers.int8).toBeGreaterThan(50);
    } else {
      // A processor without VNNI gains too little from int8.
      expect(made.stderr).toMatch(/0 layers float: drop .*, [01]\.\d\d times as fast/);
      const writer = path.resolve('test/support/write-int8-table.mjs');
      execFileSync(process.execPath, [writer, model, tableFile, ...pictures], {
        env: { ...process.env, ...env },
        timeout: 100_000,
      });
    }

    const results = [];
    for (const mode of ['thread', 'process']) {
      const args = ['predict', '-m', model, '--precision', 'int8', '--mode', mode, '-n', '2', '--ordered'];
      const summary = path.join(folder, `${mode}.json`);
      const { code, stdout } = await runCli([...args, '--summary', summary, ...pictures], { env });
      expect(code).toBe(0);
      expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({
        precision: 'int8',
        backend: 'onnxruntime',
      });
      results.push(recordsIn(stdout).map((record) => record.status === 'ok' && record.result));
    }
    expect(results[1]).toEqual(results[0]);

    const inspected = await runCli(['inspect', model, '--precision', 'int8', '--graph', '--json'], { env });
    expect(inspected.stdout).toContain('QLinearConv');
  }, 240_000);

  (findLibrary() ? it : it.skip)('is computed by OpenVINO with the same table', async () => {
    const best = [];
    for (const backend of ['onnxruntime', 'openvino']) {
      const args = ['predict', '-m', model, '--precision', 'int8', '--ordered', '-q', '--backend', backend];
      const { code, stdout, stderr } = await runCli([...args, ...pictures], { env });
      expect([code, stderr]).toEqual([0, '']);
      best.push(
        recordsIn(stdout).map(
          (record) =>
            (record as unknown as { result: { classes: { id: number; score: number }[] } }).result
              .classes[0]!,
        ),
      );
    }
    const [onnxruntime = [], openvino = []] = best;
    expect(openvino.map(({ id }) => id)).toEqual(onnxruntime.map(({ id }) => id));
    // A step of the last int8 layer is about 1 % of a score.
    for (const [i, { score }] of openvino.entries())
      expect(Math.abs(score / onnxruntime[i]!.score - 1)).toBeLessThan(0.05);
  });

  it('is not quantised over an existing table', async () => {
    const { code, stderr } = await runCli(['quantize', model, ...pictures, '--max-drop', '100'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('use --overwrite to replace it');
  }, 120_000);

  it.each<[string, (table: { networks: NamedTable[] }) => unknown, RegExp]>([
    [
      'of another network',
      ({ networks }) => [{ ...networks[0]!, network: 'other' }],
      /is not the network that .* was made for/,
    ],
    [
      'of tensors that it does not have',
      ({ networks }) => [{ ...networks[0]!, ranges: { strange: [0, 1] } }],
      /does not fit its network/,
    ],
    ['that is incomplete', () => [{ part: 'classification' }], /a network of it is not complete/],
  ])(
    'refuses a table %s',
    async (_, change, message) => {
      const whole = JSON.parse(readFileSync(tableFile, 'utf8')) as { networks: NamedTable[] };
      writeFileSync(tableFile, JSON.stringify({ ...whole, networks: change(whole) }));
      try {
        const { code, stderr } = await runCli(['inspect', model, '--precision', 'int8'], { env });
        expect(code).toBe(2);
        expect(stderr + (await runCli(['inspect', model, '--precision', 'int8'], { env })).stdout).toMatch(
          message,
        );
      } finally {
        writeFileSync(tableFile, JSON.stringify(whole));
      }
    },
    60_000,
  );
});

test('a network that int8 does not make faster is refused with figures, and nothing is written', async () => {
  const small = path.join(folder, 'small');
  cpSync(SHAPES_MODEL, small, { recursive: true });
  const { code, stdout } = await runCli(['quantize', small, ...pictures, '--max-drop', '0'], { env });
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /Nothing is written: no setting keeps the drop of pictures with the same best class/,
  );
  expect(existsSync(path.join(small, 'quantization.json'))).toBe(false);
}, 60_000);
