import { comparable, recordsIn, runCli, SHAPES_MODEL, SHAPES_PICTURES } from '../../../support/cli.js';

interface Doctor {
  backends: { onnxruntime: { devices: { name: string; problem?: string }[] } };
}

const predict = (...args: string[]) =>
  runCli(['predict', '-q', '-m', SHAPES_MODEL, SHAPES_PICTURES, ...args]);

async function problemOf(device: string): Promise<string | undefined> {
  const { stdout } = await runCli(['doctor', '--json']);
  const { devices } = (JSON.parse(stdout) as Doctor).backends.onnxruntime;
  return devices.find(({ name }) => name === device)?.problem;
}

test.each(['webgpu', 'cuda'])('%s: a run never falls back to the CPU', async (device) => {
  const problem = await problemOf(device);
  const { code, stdout, stderr } = await predict('--device', device);
  if (problem === undefined) {
    const labels = ({ result }: { result?: object }) =>
      (result as { classes?: { label: string }[] } | undefined)?.classes?.[0]?.label;
    const onCpu = await predict();
    expect([...comparable(recordsIn(stdout)).values()].map(labels).sort()).toEqual(
      [...comparable(recordsIn(onCpu.stdout)).values()].map(labels).sort(),
    );
    return;
  }
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^fdeploy: [^\n]+\n$/);
  expect(stderr).toContain(problem);
});

test.each([
  [['--device', 'tpu'], '--device must be cpu, webgpu, cuda or cuda:<number>'],
  [['--device', 'cuda:'], '--device must be cpu, webgpu, cuda or cuda:<number>'],
  [['--device', 'cuda', '--precision', 'int8'], '--precision int8 needs --device cpu'],
  [['--device', 'webgpu', '--mode', 'thread', '-n', '2'], '--device webgpu needs --mode process'],
])('%j is refused', async (args, sentence) => {
  const { code, stdout, stderr } = await predict(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^fdeploy: [^\n]+\n$/);
  expect(stderr).toContain(sentence);
});
