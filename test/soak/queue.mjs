/**
 * A run through a queue whose parts keep dying: workers and the coordinator get SIGKILL, Redis is restarted. At the end every
 * picture must have one record, and none may have failed. Needs redis-server.
 *
 * usage: node test/soak/queue.mjs [--pictures 3000] [--workers 3] [--every 2] [--restarts 2] [--coordinators 3]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '3000' },
    workers: { type: 'string', default: '3' },
    every: { type: 'string', default: '2' },
    restarts: { type: 'string', default: '2' },
    coordinators: { type: 'string', default: '3' },
  },
});
const [pictures, workerCount, every] = [values.pictures, values.workers, values.every].map(Number);
let [restarts, coordinators] = [values.restarts, values.coordinators].map(Number);

const BIN = path.resolve('bin/fdeploy.js');
const MODEL = path.resolve('fixtures/models/shapes-cls-pplcnet-onnx');
const PICTURE = path.resolve('fixtures/pictures/cls/cls_000.jpg');
const folder = mkdtempSync(path.join(tmpdir(), 'fdeploy-soak-'));
const photos = path.join(folder, 'photos');
const output = path.join(folder, 'out.jsonl');
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let over = false;
const children = new Set();

function start(command, args) {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  child.said = '';
  child.stderr.on('data', (text) => (child.said = (child.said + text).slice(-2000)));
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}
async function kill(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

mkdirSync(photos);
const copy = path.join(folder, 'picture.jpg');
copyFileSync(PICTURE, copy);
for (let i = 0; i < pictures; i++) linkSync(copy, path.join(photos, `${i}.jpg`));
const port = await freePort();
const url = `redis://127.0.0.1:${port}/0`;
const redisArgs = [
  '--port',
  `${port}`,
  '--bind',
  '127.0.0.1',
  '--dir',
  folder,
  '--save',
  '',
  '--appendonly',
  'yes',
];
const startRedis = () => start('redis-server', [...redisArgs, '--appendfsync', 'always']);
const roots = ['--root', folder, '--root', path.dirname(MODEL)];
const startWorker = () => start(process.execPath, [BIN, 'worker', '--queue', url, '-n', '1', '-q', ...roots]);
const startRun = () =>
  start(process.execPath, [
    BIN,
    'predict',
    photos,
    '-m',
    MODEL,
    '--queue',
    url,
    '-o',
    output,
    '--resume',
    '-q',
  ]);

let redis = startRedis();
const workers = Array.from({ length: workerCount }, startWorker);
const counts = { workers: 0, redis: 0, coordinators: 0 };

async function killWorkers() {
  for (let i = 0; !over; i++) {
    await sleep(every * 1000);
    if (over) return;
    const at = i % workers.length;
    await kill(workers[at], 'SIGKILL');
    workers[at] = startWorker();
    counts.workers++;
  }
}
async function restartRedis() {
  for (; restarts > 0 && !over; restarts--) {
    await sleep(7000);
    if (over) return;
    await kill(redis, 'SIGTERM');
    await sleep(500);
    redis = startRedis();
    counts.redis++;
  }
}

let ok;
try {
  const trouble = [killWorkers(), restartRedis()];
  let code;
  for (;;) {
    const run = startRun();
    if (coordinators-- > 0) {
      const before = existsSync(output) ? readFileSync(output).length : 0;
      while (run.exitCode === null && (existsSync(output) ? readFileSync(output).length : 0) <= before)
        await sleep(50);
      await sleep(1000);
      await kill(run, 'SIGKILL');
      counts.coordinators++;
      continue;
    }
    if (run.exitCode === null) await once(run, 'exit');
    code = run.exitCode;
    if (code !== 0) console.log(run.said);
    break;
  }
  over = true;
  await Promise.all(trouble);
  const records = readFileSync(output, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const names = new Set(records.map(({ image }) => image));
  const failed = records.filter(({ status }) => status !== 'ok');
  console.log(
    `exit code ${code}; ${records.length} records of ${names.size} pictures, ${failed.length} failed; killed ${counts.workers} workers and ${counts.coordinators} coordinators, restarted Redis ${counts.redis} times`,
  );
  if (failed[0]) console.log(JSON.stringify(failed[0]));
  ok = code === 0 && records.length === pictures && names.size === pictures && failed.length === 0;
} finally {
  over = true;
  await Promise.all([...children].map((child) => kill(child, 'SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = ok ? 0 : 1;
