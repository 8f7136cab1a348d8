/**
 * Speed of pictures from http and S3 addresses whose server answers after a while, against the same pictures on disk; then what
 * becomes of a run whose server fails for some requests. The server is a process of this machine; it checks no signatures.
 *
 * usage: node bench/addresses.mjs [--pictures 200] [--rounds 3] [--latency 50] [--failing 5]
 */
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const STATUSES = [500, 503, 429, 404];

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    latency: { type: 'string', default: '50' },
    failing: { type: 'string', default: '5' },
  },
});
const [pictures, rounds, latencyMs, failing] = [
  values.pictures,
  values.rounds,
  values.latency,
  values.failing,
].map(Number);

if (process.send) serve(process.env.FOLDER);
else await measure();

/** Answers `/shapes/<name>` after the latency; `/failing/<name>` also with an error for every 100/failing-th request. */
function serve(folder) {
  let [count, errors] = [0, 0];
  process.on('message', () => process.send([count, errors]));
  const server = createServer(async (request, response) => {
    const [, place, name] = new URL(request.url, 'http://server').pathname.split('/');
    await wait(latencyMs);
    const fails = place === 'failing' && ++count % Math.round(100 / failing) === 0;
    if (fails) response.writeHead(STATUSES[errors++ % STATUSES.length]).end();
    else response.end(readFileSync(path.join(folder, name)));
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function measure() {
  const work = mkdtempSync(path.join(tmpdir(), 'fdeploy-bench-'));
  const inside = (name) => path.join(work, name);
  mkdirSync(inside('pictures'));
  execFileSync(process.execPath, [path.join(ROOT, 'bench/make-model.js'), 'resnet50', inside('model')]);
  execFileSync(process.execPath, [path.join(ROOT, 'bench/make-pictures.js'), inside('pictures'), pictures]);
  const server = fork(import.meta.filename, process.argv.slice(2), {
    env: { ...process.env, FOLDER: inside('pictures') },
  });
  const [port] = await once(server, 'message');
  const names = readdirSync(inside('pictures'));
  const host = `http://127.0.0.1:${port}`;
  const lists = {
    disk: names.map((name) => path.join(inside('pictures'), name)),
    http: names.map((name) => `${host}/shapes/${name}`),
    s3: names.map((name) => `s3://shapes/${name}`),
    failing: names.map((name) => `${host}/failing/${name}`),
  };
  for (const [name, list] of Object.entries(lists)) writeFileSync(inside(name), list.join('\n'));
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: host,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  };
  const predict = (list) => {
    const args = [
      'predict',
      '-m',
      inside('model'),
      '--from-file',
      inside(list),
      '-q',
      '--summary',
      inside('summary'),
    ];
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [path.join(ROOT, 'bin/fdeploy.js'), ...args],
      { env, encoding: 'utf8', maxBuffer: 2 ** 30 },
    );
    if (status !== 0 && list !== 'failing') throw new Error(stderr);
    const records = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { records, summary: JSON.parse(readFileSync(inside('summary'), 'utf8')) };
  };
  try {
    predict('disk'); // prepares the model
    const speeds = { disk: [], http: [], s3: [] };
    for (let round = 0; round < rounds; round++) {
      for (const [list, all] of Object.entries(speeds)) all.push(predict(list).summary.imagesPerSecond);
    }
    for (const [list, all] of Object.entries(speeds)) {
      const ratios = all.map((speed, round) => speed / speeds.disk[round]);
      console.log(
        `${list.padEnd(5)} ${median(all).toFixed(1)} pictures/s, ${median(ratios).toFixed(2)} of disk`,
      );
    }
    const { records, summary } = predict('failing');
    const images = new Set(records.map(({ image }) => image)).size;
    server.send('count');
    const [[requests, errors]] = await once(server, 'message');
    console.log(
      `${errors} of ${requests} requests failing: ${names.length} pictures, ${records.length} records of ${images} pictures, ` +
        `${summary.ok} ok, ${summary.failed} failed`,
    );
    for (const { error } of records.filter(({ status }) => status === 'error').slice(0, 3))
      console.log(`  ${error.message}`);
  } finally {
    server.kill();
    rmSync(work, { recursive: true, force: true });
  }
}

function median(all) {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
}
