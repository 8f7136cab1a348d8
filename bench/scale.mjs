/**
 * How speed and memory grow with the number of clones: pictures a second between the first and the last record of a run of the
 * command line, the most memory (PSS) of it and its workers together, and per picture the processor time in user code and in the
 * kernel and the page faults. Linux only. The rounds go through all cases one after the other, so that a noisy moment meets all.
 *
 *   node bench/scale.mjs <model> <folder of pictures> [--workers 1,4,8,16] [--modes thread,process] [--each 200] [--rounds 3]
 *     [--command <other bin/fdeploy.js>]
 *
 * --each: pictures for each clone. --command may be given more than once, to compare builds.
 */
import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { childrenOf, pssMiB } from './pss.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workers: { type: 'string', default: '1,4,8,16' },
    modes: { type: 'string', default: 'thread,process' },
    each: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    command: { type: 'string', multiple: true },
  },
});
const [model, pictures] = positionals;
const commands = values.command ?? [fileURLToPath(new URL('../bin/fdeploy.js', import.meta.url))];
const LOOK_MS = 200;
/** Clock ticks a second, of every Linux that Node.js runs on. */
const TICKS = 100;

/** A picture that is named twice is predicted once, so each has many names. */
function link(to, count) {
  const names = readdirSync(pictures).filter((name) => /\.(jpe?g|png|webp|bmp)$/i.test(name));
  mkdirSync(to);
  for (let i = 0; i < count; i++) {
    const name = names[i % names.length];
    linkSync(path.join(pictures, name), path.join(to, `${String(i).padStart(6, '0')}${path.extname(name)}`));
  }
}

/** Memory in MiB, processor seconds and page faults of a process and its children. */
function look(pid) {
  const sum = { mib: 0, user: 0, system: 0, faults: 0 };
  for (const one of [pid, ...childrenOf(pid)]) {
    const fields = readFileSync(`/proc/${one}/stat`, 'latin1').split(') ')[1].split(' ');
    sum.mib += pssMiB(one);
    sum.faults += Number(fields[7]);
    sum.user += Number(fields[11]) / TICKS;
    sum.system += Number(fields[12]) / TICKS;
  }
  return sum;
}

async function measure(command, mode, workers, folder, count) {
  const args = ['predict', folder, '-m', model, '--mode', mode, '-n', String(workers), '-q'];
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let peak = 0;
  let last;
  const timer = setInterval(() => {
    try {
      last = look(child.pid);
      peak = Math.max(peak, last.mib);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error; // a process ended meanwhile
    }
  }, LOOK_MS);
  const at = [];
  for await (const line of createInterface(child.stdout)) {
    const { status, ms, error } = JSON.parse(line);
    if (status !== 'ok') throw new Error(error.message);
    at.push(ms.at);
  }
  clearInterval(timer);
  if (at.length !== count) throw new Error(`${at.length} of ${count} records`);
  const seconds = (Math.max(...at) - Math.min(...at)) / 1000;
  const a = (figure) => (last[figure] / count) * 1000;
  return {
    rate: (count - 1) / seconds,
    peak,
    user: a('user'),
    system: a('system'),
    faults: last.faults / count,
  };
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-scale-'));
try {
  const cases = values.modes
    .split(',')
    .flatMap((mode) => values.workers.split(',').map((workers) => ({ mode, workers: Number(workers) })))
    .flatMap((one) => commands.map((command) => ({ ...one, command, figures: [] })));
  for (const { workers } of cases) {
    const linked = path.join(folder, String(workers));
    if (!readdirSync(folder).includes(String(workers))) link(linked, workers * Number(values.each));
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { mode, workers, command, figures } of cases) {
      const count = workers * Number(values.each);
      figures.push(await measure(command, mode, workers, path.join(folder, String(workers)), count));
    }
  }
  console.log('| mode | clones | pictures/s | MiB | user ms | system ms | faults |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { mode, workers, command, figures } of cases) {
    const of = (name, digits) => median(figures.map((one) => one[name])).toFixed(digits);
    const name = commands.length > 1 ? `${mode}, ${command}` : mode;
    console.log(
      `| ${name} | ${workers} | ${of('rate', 2)} | ${of('peak', 0)} | ${of('user', 2)} | ${of('system', 2)} | ${of('faults', 0)} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
