import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { runCli, SHAPES_MODEL } from '../support/cli.js';

test('measures one case, recommends it, and warns of a busy machine', async () => {
  const busy = cpus().map(() => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  try {
    const { code, stdout, stderr } = await runCli([
      ...['bench', '-m', SHAPES_MODEL, '--modes', 'thread', '--workers', '1', '--seconds', '1'],
      ...['--format', 'json'],
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      figures: [
        { mode: 'thread', workers: 1, shared: true, takenCpus: expect.any(Number) as number },
        { mode: 'thread', workers: 1, shared: false },
      ],
      recommendation: { mode: 'thread', workers: 1 },
    });
    expect(stderr).toMatch(/^fdeploy: other programs kept up to [\d.]+ CPUs busy during 2 of 2 cases/m);
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
});
