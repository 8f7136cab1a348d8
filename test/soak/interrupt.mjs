/**
 * `fdeploy predict` interrupted with SIGINT at a random time and gone on with `--resume`, until it is done, ten times over in
 * both modes: the output must hold every picture once, and no process may stay behind.
 *
 *   node test/soak/interrupt.mjs [--model <model>] [--pictures 300] [--rounds 10] [--backend openvino]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'fixtures/models/shapes-cls-pplcnet-onnx' },
    pictures: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '10' },
    backend: { type: 'string', default: 'onnxruntime' },
  },
});
const count = Number(values.pictures);
const command = fileURLToPath(new URL('../../bin/fdeploy.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-soak-'));
const pictures = path.join(folder, 'pictures');
const output = path.join(folder, 'out.jsonl');

/** Processes that still work for this soak. */
const left = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(output);
    } catch {
      return false;
    }
  });

/**
 * @returns the exit code of one call, interrupted after `afterMs` where it lasts that long; SIGINT where it came before
 *   anything had begun
 */
async function predict(mode, afterMs) {
  const given = [
    'predict',
    '-m',
    values.model,
    '--backend',
    values.backend,
    '--mode',
    mode,
    '-n',
    '2',
    '-o',
    output,
    '--resume',
    '-q',
    pictures,
  ];
  const child = spawn(process.execPath, [command, ...given], { stdio: ['ignore', 'ignore', 'inherit'] });
  void sleep(afterMs, undefined, { ref: false }).then(() => child.kill('SIGINT'));
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

try {
  mkdirSync(pictures);
  const source = readdirSync('fixtures/pictures/cls').filter((name) => name.endsWith('.jpg'));
  for (let i = 0; i < count; i++) {
    copyFileSync(`fixtures/pictures/cls/${source[i % source.length]}`, path.join(pictures, `${i}.jpg`));
  }
  for (const mode of ['thread', 'process']) {
    for (let round = 0; round < Number(values.rounds); round++) {
      rmSync(output, { force: true });
      rmSync(`${output}.run.json`, { force: true });
      const codes = [];
      while (codes.at(-1) !== 0) {
        // Later and later, so that a slow machine comes to an end too.
        codes.push(await predict(mode, 300 + Math.random() * 1000 * (2 + codes.length)));
        if (![0, 130, 'SIGINT'].includes(codes.at(-1))) throw new Error(`exit code ${codes.at(-1)}`);
        if (left().length > 0) throw new Error(`processes left: ${left().join(', ')}`);
      }
      const images = readFileSync(output, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).image);
      const distinct = new Set(images).size;
      console.log(
        `${mode} round ${round}: ${codes.length} calls, ${images.length} records, ${distinct} pictures`,
      );
      if (images.length !== count || distinct !== count)
        throw new Error('a picture is missing or twice there');
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
