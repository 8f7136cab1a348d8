import { cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Inspection } from '#src/inspect/index.js';
import { decodeModel } from '#src/onnx/proto.js';
import { runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const MODELS = resolve('fixtures/models');
const cache = tempFolder();

async function inspect(model: string, ...args: string[]): Promise<Inspection> {
  const { stdout } = await runCli(['inspect', model, '--json', ...args], { env: { FDEPLOY_CACHE: cache } });
  return JSON.parse(stdout) as Inspection;
}

describe('inspect', () => {
  const model = join(MODELS, 'shapes-det-picodet-onnx');

  it('tells what the export says: task, files, network, steps with their values, labels', async () => {
    const found = await inspect(model);
    expect(found).toMatchObject({
      model,
      task: 'detection',
      family: 'GFL',
      config: join(model, 'inference.yml'),
      problems: [],
      lists: [{ name: 'labels', count: 5, first: ['circle', 'square', 'triangle', 'star', 'cross'] }],
    });
    expect(found.files).toContainEqual({
      file: join(model, 'inference.onnx'),
      bytes: statSync(join(model, 'inference.onnx')).size,
    });
    // What onnx.load() lists for the file.
    expect(found.networks[0]!.inputs).toEqual([
      { name: 'scale_factor', type: 'float32', dims: [1, 2] },
      { name: 'image', type: 'float32', dims: [1, 3, 128, 160] },
    ]);
    const steps = found.settings.filter(({ part }) => part === 'preprocessing');
    expect(steps.map(({ name }) => name)).toEqual(['1. Resize', '2. NormalizeImage', '3. Permute']);
    expect(steps[0]!.value).toMatchObject({ height: 128, width: 160, keepRatio: false });
    expect(found.defaulted).toContainEqual({ field: 'NMS.nms_eta', value: 1 });
    expect(found.defaulted.map(({ field }) => field)).not.toContain('draw_threshold');
  });

  it('tells whether the weights were prepared before', async () => {
    const copy = join(tempFolder(), 'model');
    cpSync(join(MODELS, 'shapes-cls-pplcnet-onnx'), copy, { recursive: true });
    const fresh = tempFolder();
    const states = [];
    for (let look = 0; look < 2; look++) {
      const { stdout } = await runCli(['inspect', copy, '--json'], { env: { FDEPLOY_CACHE: fresh } });
      states.push((JSON.parse(stdout) as Inspection).networks.map(({ weights }) => weights));
    }
    expect(states).toEqual([['prepared'], ['cached']]);
  });

  it('tells where an option comes from; the command line wins', async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, 'fdeploy.config.yaml'), 'topk: 2\nthreads-per-worker: 2\nworkers: 2\n');
    const { stdout } = await runCli(
      ['inspect', join(MODELS, 'shapes-cls-pplcnet-onnx'), '--json', '--topk', '3'],
      { cwd: folder, env: { FDEPLOY_CACHE: cache } },
    );
    const found = JSON.parse(stdout) as Inspection;
    expect(found.options).toEqual([
      { option: '--topk', value: 3, from: 'the command line' },
      {
        option: '--threads-per-worker',
        value: 2,
        from: expect.stringMatching(/fdeploy\.config\.yaml$/) as string,
      },
    ]);
    expect(found.settings).toContainEqual({ part: 'postprocessing', name: 'topk', value: 3 });
  });

  it('counts nodes by operator with --graph: of the file, simplified, and as they run', async () => {
    const { networks } = await inspect('ppocr-v4', '--graph');
    const count = (file: string): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const { opType, domain } of decodeModel(readFileSync(file)).graph.node) {
        const name = domain ? `${domain}.${opType}` : opType;
        counts[name] = (counts[name] ?? 0) + 1;
      }
      return counts;
    };
    for (const { file, opens, graph } of networks) {
      expect([graph?.model, graph?.prepared]).toEqual([count(file), count(opens)]);
      expect(graph?.model).toHaveProperty('Clip');
      expect(graph?.simplified).not.toHaveProperty('Clip');
    }
    // An export of today's converter has nothing to rewrite.
    const [newer] = (await inspect(join(MODELS, 'shapes-cls-pplcnet-onnx'), '--graph')).networks;
    expect([newer?.graph?.simplified, newer?.graph?.rules]).toEqual([null, {}]);

    const { stdout } = await runCli(['inspect', 'ppocr-v4', '--graph'], { env: { FDEPLOY_CACHE: cache } });
    expect(stdout).toMatch(/^ {2}operator +model +simplified +prepared$/m);
    expect(stdout).toMatch(/^ {2}Clip +24 +- +-$/m); // hard-swishes of the detection network
    expect(stdout).toMatch(/^ {2}hard-activation +24$/m);
    expect((await inspect('ppocr-v4')).networks[0]).not.toHaveProperty('graph');
  });

  it('tells what is wrong as far as it came, with exit code 2', async () => {
    const copy = join(tempFolder(), 'model');
    cpSync(model, copy, { recursive: true });
    rmSync(join(copy, 'inference.onnx'));
    const { code, stdout } = await runCli(['inspect', copy], { env: { FDEPLOY_CACHE: cache } });
    expect(code).toBe(2);
    expect(stdout).toMatch(/What is wrong\n {2}MODEL_NOT_FOUND .*contains no network/);
    expect(stdout).toMatch(/task +detection/);
    expect((await inspect(join(copy, 'nowhere'))).problems[0]).toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('reads well: every part of a pipeline, every step on a line', async () => {
    const { code, stdout } = await runCli(['inspect', 'ppocr-v4'], { env: { FDEPLOY_CACHE: cache } });
    expect(code).toBe(0);
    for (const line of [/^Network det$/m, /^Network rec$/m, /^ {2}input +x: float32 \[\?, 3, 48, \?\]$/m])
      expect(stdout).toMatch(line);
    expect(stdout).toMatch(/dictionary +6624: /); // lines of ppocr_keys_v1.txt with the space
    expect(stdout).not.toMatch(/undefined|\[object|NaN| +$/m);
  });
});
