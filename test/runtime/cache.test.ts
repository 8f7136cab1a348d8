import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { resolveRuntime } from '#src/runtime/index.js';
import { runCli } from '../support/cli.js';
import { bytesOf, matmulModel } from '../support/networks.js';
import { Caches, entries, entryFile, leftovers } from './support/caches.js';
import { below, resolved, startResolving, type Resolved } from './support/processes.js';

const caches = new Caches();
const { folder, model } = caches;
const newCache = (): string => caches.next();
const run = (cache: string): Promise<Resolved> => caches.run(cache);
let expected: number[];
beforeAll(async () => {
  expected = (await run(newCache())).values;
});

test('a second start takes the entry that is there', async () => {
  const cache = newCache();
  const first = await run(cache);
  const made = statSync(entryFile(cache, 'weights.bin')).ino;
  const second = await run(cache);
  expect(second).toEqual({ ...first, prepared: true, said: [] });
  expect(statSync(entryFile(cache, 'weights.bin')).ino).toBe(made);
  expect(leftovers(cache)).toEqual([]);
});

test('a model that changed under its name is another entry', async () => {
  const cache = newCache();
  const file = path.join(folder, 'changing.onnx');
  const values: number[][] = [];
  for (const widths of [
    [64, 20],
    [64, 20, 20],
  ]) {
    writeFileSync(file, bytesOf(matmulModel(widths)));
    values.push((await resolved(startResolving(file, cache))).values);
  }
  expect(entries(cache)).toHaveLength(2);
  expect(values[0]).not.toEqual(values[1]);
});

describe('a cache that cannot be written', () => {
  test('a file stands in its place: a copy for this run, said once and gone afterwards', async () => {
    const cache = newCache();
    writeFileSync(cache, '');
    const { prepared, file, said, values } = await run(cache);
    expect({ prepared, values }).toEqual({ prepared: true, values: expected });
    expect(said).toEqual([
      expect.stringMatching(/cannot be used \(not a folder\): prepared models are kept for this run only/),
    ]);
    expect(() => statSync(file)).toThrow(/ENOENT/);
  });

  test('what killed processes left in its place goes after a while', async () => {
    const TMPDIR = path.join(folder, 'tmp');
    const [dead, alive, other] = ['0', '1', 'x'].map((digit) =>
      path.join(TMPDIR, `fdeploy-${digit.repeat(24)}`),
    );
    for (const left of [dead!, alive!, other!]) mkdirSync(left, { recursive: true });
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const left of [dead!, other!]) utimesSync(left, hourAgo, hourAgo);
    const cache = newCache();
    writeFileSync(cache, '');
    await resolved(startResolving(model, cache, { env: { TMPDIR } }));
    expect(readdirSync(TMPDIR)).toEqual([alive, other].map((left) => path.basename(left!)));
  });

  test.each([
    ['a name of 300 characters', (): string => path.join(folder, 'n'.repeat(300)), 'the name is too long'],
    ...(process.platform === 'linux'
      ? ([['below /proc', (): string => '/proc/fdeploy', 'no folder can be made there']] as const)
      : []),
  ] as const)('%s: a copy for this run', async (_, cache, reason) => {
    const { prepared, said, values } = await run(cache());
    expect({ prepared, values }).toEqual({ prepared: true, values: expected });
    expect(said).toEqual([expect.stringContaining(`cannot be used (${reason})`)]);
  });

  const asRoot = process.getuid?.() === 0;
  const nobody = asRoot ? { uid: 65534, gid: 65534 } : {};

  (process.platform === 'win32' ? test.skip : test)('no permission', async () => {
    const cache = newCache();
    mkdirSync(cache, { mode: 0o555 });
    const { prepared, said } = await resolved(startResolving(model, cache, nobody));
    expect(prepared).toBe(true);
    expect(said).toEqual([expect.stringMatching(/cannot be used \(no permission\)/)]);
    expect(readdirSync(cache)).toEqual([]);
  });

  (process.platform === 'win32' ? test.skip : test)(
    'an entry that is there is used, without a word',
    async () => {
      const cache = newCache();
      await run(cache);
      execFileSync('chmod', ['-R', 'a-w,a+rX', cache]);
      const { file, said } = await resolved(startResolving(model, cache, nobody));
      execFileSync('chmod', ['-R', 'u+w', cache]);
      expect({ folder: path.dirname(path.dirname(path.dirname(file))), said }).toEqual({
        folder: cache,
        said: [],
      });
    },
  );

  (process.platform === 'win32' ? test.skip : test)(
    'no room: the clones load weights of their own, said once',
    async () => {
      const cache = newCache();
      const script = `ulimit -f 200; exec "$0" "$@"`;
      const { spawn } = await import('node:child_process');
      const child = spawn(
        'bash',
        ['-c', script, process.execPath, path.resolve('test/runtime/support/resolve-once.js'), model],
        { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FDEPLOY_CACHE: cache } },
      );
      const { prepared, said, values } = await resolved(child);
      expect({ prepared, values }).toEqual({ prepared: false, values: expected });
      expect(said).toEqual([expect.stringMatching(/do not share their weights: no space left/)]);
      expect(entries(cache)).toEqual([]);
      expect(leftovers(cache)).toEqual([]);
    },
  );
});

describe('size', () => {
  test.each([
    ['a minute', 60, '0 prepared models removed, 0.0 MB; 1 kept\n'],
    ['eleven minutes', 660, '1 prepared model removed, 1.5 MB\n'],
  ])('%s after its user was killed an entry is given up or not', async (_, seconds, said) => {
    const cache = newCache();
    const user = startResolving(model, cache, { env: { HOLD: '1' } });
    await once(user.stdout!, 'data');
    user.kill('SIGKILL');
    await once(user, 'close');
    const sign = new Date(Date.now() - seconds * 1000);
    const leases = below(path.join(cache, 'leases')).map((name) => path.join(cache, 'leases', name));
    expect(leases.length).toBeGreaterThan(0);
    for (const lease of leases) utimesSync(lease, sign, sign);
    expect((await runCli(['models', 'clear'], { env: { FDEPLOY_CACHE: cache } })).stdout).toBe(said);
  });

  test('what is removed counts no more: a small entry behind a large one stays', async () => {
    const cache = newCache();
    const used = async (name: string, width: number): Promise<string> => {
      const written = path.join(folder, name);
      writeFileSync(written, bytesOf(matmulModel([64, width])));
      return (await resolved(startResolving(written, cache))).file;
    };
    const small = await used('small.onnx', 501);
    const large = await used('large.onnx', 2001);
    const recent = await used('recent.onnx', 502);
    const { stdout } = await runCli(['models', 'clear', '--cache-limit', '700KB'], {
      env: { FDEPLOY_CACHE: cache },
    });
    expect(stdout).toMatch(/^1 prepared model removed, .*; 2 kept$/m);
    expect([small, large, recent].map((file) => existsSync(file))).toEqual([true, false, true]);
  });

  test('the entries used longest ago go, those in use stay', async () => {
    const cache = newCache();
    process.env.FDEPLOY_CACHE = cache;
    process.env.FDEPLOY_CACHE_LIMIT = '1.5MB';
    try {
      const file = (name: string, width: number): string => {
        const written = path.join(folder, name);
        writeFileSync(written, bytesOf(matmulModel([64, width])));
        return written;
      };
      const old = await resolved(startResolving(file('a.onnx', 1001), cache));
      const settings = { threads: 1, shareWeights: true, notify: () => undefined };
      const held = await resolveRuntime({ kind: 'onnx', file: file('b.onnx', 1002) }, settings);
      const recent = await resolved(startResolving(file('c.onnx', 1003), cache));
      expect(() => statSync(old.file)).toThrow(/ENOENT/);
      expect([held.file, recent.file].map((name) => statSync(name).isFile())).toEqual([true, true]);
    } finally {
      delete process.env.FDEPLOY_CACHE;
      delete process.env.FDEPLOY_CACHE_LIMIT;
    }
  });
});
