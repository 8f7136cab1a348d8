import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readUserDefaults } from '#src/config/user-defaults.js';
import { comparable, recordsIn, runCli } from '../support/cli.js';
import { tempFolder } from '../support/temp.js';

const text = readFileSync('docs/configs.md', 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((block) => block[1]!);
const template = (task: string): string => blocks.find((block) => block.includes(`task: ${task}\n`))!;

/** A network of the fixtures whose own config says the same as the template, sizes aside. */
const CASES = [
  ['classification', 'shapes-cls-pplcnet-onnx/inference.onnx', 'pictures/cls', 'a', 'a'],
  ['detection', 'shapes-det-ppyoloe-nonms-onnx/model.onnx', 'pictures/det', '[640, 640]', '[192, 192]'],
  ['segmentation', 'shapes-seg-pphumanseg-none-onnx/model.onnx', 'pictures/seg', '[512, 512]', '[192, 128]'],
] as const;

it.each(CASES)(
  'the template for %s gives what a suite’s config gives',
  async (task, network, pictures, from, to) => {
    const folder = tempFolder();
    copyFileSync(path.join('fixtures/models', network), path.join(folder, 'model.onnx'));
    const own = template(task);
    expect(own).toContain(from);
    const file = path.join(folder, 'shapes.yaml');
    writeFileSync(file, own.replace(from, to));
    const names = task === 'segmentation' ? ['background'] : [];
    writeFileSync(
      path.join(folder, 'labels.txt'),
      [...names, 'circle', 'square', 'triangle', 'star', 'cross'].join('\n'),
    );
    const predict = async (model: string, ...more: string[]) => {
      const images = readdirSync(`fixtures/${pictures}`).filter((name) => name.endsWith('.jpg'));
      const first = images.slice(0, 5).map((name) => `fixtures/${pictures}/${name}`);
      const { code, stdout } = await runCli(['predict', '-m', model, ...first, '-q', ...more]);
      expect(code).toBe(0);
      return comparable(recordsIn(stdout));
    };
    const labels = task === 'segmentation' ? ['--labels', path.join(folder, 'labels.txt')] : [];
    expect(await predict(file)).toEqual(await predict(path.dirname(`fixtures/models/${network}`), ...labels));
  },
);

it('a network without a config is an error that says where the templates are', async () => {
  const folder = tempFolder();
  copyFileSync('fixtures/models/shapes-cls-pplcnet-onnx/inference.onnx', path.join(folder, 'model.onnx'));
  for (const more of [[], ['--task', 'detection'], ['--task', 'segmentation']]) {
    const { code, stderr } = await runCli(['predict', '-m', folder, 'x.jpg', ...more]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/; docs\/configs\.md has a template for a network without one\n$/);
  }
});

it('the example of a file of defaults is one', async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'fdeploy.config.yaml'), blocks.at(-1)!);
  const { options } = await readUserDefaults(folder, path.join(folder, 'none.yaml'), folder);
  expect(options).toEqual({
    model: path.join(folder, 'models/PicoDet'),
    workers: 2,
    threshold: 0.6,
    cls: false,
  });
});
