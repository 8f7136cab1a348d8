import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveRuntime } from '#src/runtime/index.js';
import { runCli } from '../support/cli.js';
import { bytesOf, matmulModel } from '../support/networks.js';
import {
  below,
  childrenOf,
  preparing,
  resolved,
  runs,
  startResolving,
  until,
  type Resolved,
} from './support/processes.js';

let folder: string;
let model: string;
let expected: number[];
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'cache-'));
  chmodSync(folder, 0o755);
  model = path.join(folder, 'model.onnx');
  writeFileSync(model, bytesOf(matmulModel([64, 500, 300, 10])));
  const old = new Date(Date.now() - 60_000);
  utimesSync(model, old, old);
  expected = (await run(newCache())).values;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const newCache = (): string => path.join(folder, `cache${count++}`);
const run = (cache: string): Promise<Resolved> => resolved(startResolving(model, cache));
const entries = (cache: string): string[] => readdirSync(path.join(cache, 'models'));
const entryFile = (cache: string, name: string): string =>
  path.join(cache, 'models', entries(cache)[0]!, name);
const leftovers = (cache: string): string[] =>
  ['temporary', 'locks'].flatMap((name) => readdirSync(path.join(cache, name)));

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

describe('damage is noticed, said and mended', () => {
  const flip = (file: string, position: number): void => {
    const bytes = readFileSync(file);
    bytes[position]! ^= 255;
    writeFileSync(file, bytes);
  };
  test.each<[string, (cache: string) => void]>([
    [
      'a changed byte of the weights',
      (cache) => {
        flip(entryFile(cache, 'weights.bin'), 50_001);
      },
    ],
    [
      'a changed byte of the model',
      (cache) => {
        flip(entryFile(cache, 'model.onnx'), 40);
      },
    ],
    [
      'a changed byte whose time is restored',
      (cache) => {
        const file = entryFile(cache, 'weights.bin');
        const { atime, mtime } = statSync(file);
        flip(file, 300_001);
        utimesSync(file, atime, mtime);
      },
    ],
    [
      'a manifest that is a folder',
      (cache) => {
        const file = entryFile(cache, 'manifest.json');
        rmSync(file);
        mkdirSync(file);
      },
    ],
    [
      'weights cut short',
      (cache) => {
        truncateSync(entryFile(cache, 'weights.bin'), 1000);
      },
    ],
    [
      'weights that are gone',
      (cache) => {
        rmSync(entryFile(cache, 'weights.bin'));
      },
    ],
    [
      'a manifest of something else',
      (cache) => {
        writeFileSync(entryFile(cache, 'manifest.json'), '{}');
      },
    ],
    [
      'a manifest that is gone',
      (cache) => {
        rmSync(entryFile(cache, 'manifest.json'));
      },
    ],
  ])('%s', async (_, damage) => {
    const cache = newCache();
    await run(cache);
    damage(cache);
    const mended = await run(cache);
    expect(mended).toMatchObject({ prepared: true, values: expected });
    expect(mended.said).toEqual([expect.stringMatching(/damaged; it is made again/)]);
    expect(await run(cache)).toMatchObject({ prepared: true, said: [], values: expected });
    expect(leftovers(cache)).toEqual([]);
  });

  test('a byte that changes without any time telling is found in as many starts as the entry has MiB', async () => {
    const preload = pathToFileURL(path.resolve('test/runtime/support/frozen-times.mjs')).href;
    const env = { NODE_OPTIONS: `--import ${preload}` };
    const large = path.join(folder, 'large-silent.onnx');
    writeFileSync(large, bytesOf(matmulModel([64, 900, 600, 10])));
    for (const [file, place] of [
      [model, 0.3],
      [large, 0.1],
      [large, 0.95],
    ] as const) {
      const cache = newCache();
      const start = (): Promise<Resolved> => resolved(startResolving(file, cache, { env }));
      const { values } = await start();
      const weights = entryFile(cache, 'weights.bin');
      const { size } = statSync(weights);
      const starts = Math.ceil((size + statSync(entryFile(cache, 'model.onnx')).size) / 2 ** 20);
      flip(weights, Math.floor(size * place));
      const said: string[] = [];
      for (let i = 0; i < starts + 1 && said.length === 0; i++) said.push(...(await start()).said);
      expect(said).toEqual([expect.stringMatching(/damaged; it is made again/)]);
      expect(await start()).toMatchObject({ said: [], values });
    }
  });

  test('a copied cache whose times changed is whole', async () => {
    const cache = newCache();
    await run(cache);
    const copy = newCache();
    cpSync(cache, copy, { recursive: true });
    expect(await run(copy)).toMatchObject({ prepared: true, said: [], values: expected });
  });
});

const large = (): string => {
  const file = path.join(folder, 'large.onnx');
  writeFileSync(file, bytesOf(matmulModel([64, 1800, 1800, 10])));
  return file;
};

(process.platform === 'linux' ? describe : describe.skip)('processes that are killed', () => {
  test.each(['the child that prepares', 'its parent'])(
    '%s is killed and five others start at once: all succeed, and there is one whole entry',
    async (victim) => {
      const cache = newCache();
      mkdirSync(cache);
      const file = large();
      const first = startResolving(file, cache);
      const outcome = resolved(first).catch(() => undefined);
      const child = await preparing(first.pid!, cache);
      process.kill(victim === 'its parent' ? first.pid! : child, 'SIGKILL');
      const others = await Promise.all(
        Array.from({ length: 5 }, () => resolved(startResolving(file, cache))),
      );
      await outcome;
      for (const other of others)
        expect(other).toMatchObject({ prepared: true, said: [], values: others[0]!.values });
      expect(entries(cache)).toHaveLength(1);
      await run(cache); // removes what the killed one left
      expect(leftovers(cache)).toEqual([]);
      expect((await resolved(startResolving(file, cache))).said).toEqual([]);
    },
  );
});

(process.platform === 'linux' ? describe : describe.skip)('the lock of somebody else', () => {
  /** The lock of a process that was killed with its watchdog, before either could do anything. */
  const orphanedLock = async (file: string): Promise<{ cache: string; lock: string }> => {
    for (;;) {
      const cache = newCache();
      mkdirSync(cache);
      const holder = startResolving(file, cache);
      const outcome = resolved(holder).catch(() => undefined);
      const child = await preparing(holder.pid!, cache);
      process.kill(child, 'SIGSTOP');
      process.kill(holder.pid!, 'SIGKILL');
      await outcome;
      process.kill(child, 'SIGKILL');
      await until(() => !runs(child));
      const [lock] = below(path.join(cache, 'locks'));
      // Else the child was done before it could be stopped.
      if (lock !== undefined) return { cache, lock: path.join(cache, 'locks', lock) };
    }
  };
  const touch = (lock: string, secondsAgo: number): void => {
    const time = new Date(Date.now() - secondsAgo * 1000);
    utimesSync(lock, time, time);
  };

  test("left alone for 31 s it is nobody's: the work is done", async () => {
    const file = large();
    const { cache, lock } = await orphanedLock(file);
    touch(lock, 31);
    expect(await resolved(startResolving(file, cache))).toMatchObject({ prepared: true, said: [] });
    expect(leftovers(cache)).toEqual([]);
  });

  test('touched a second ago it is waited for, and what its holder has made is taken', async () => {
    const file = large();
    const { cache, lock } = await orphanedLock(file);
    const held = statSync(lock).ino;
    touch(lock, 1);
    const heartbeat = setInterval(() => {
      touch(lock, 1);
    }, 200);
    const waiting = startResolving(file, cache);
    const outcome = resolved(waiting);
    const other = newCache();
    try {
      // Another process does all of the same work in a cache of its own: long enough to have taken the lock, were it free.
      await until(() => childrenOf(waiting.pid!).length > 0);
      await resolved(startResolving(file, other));
      await run(newCache());
      expect({ lock: statSync(lock).ino, entries: entries(cache) }).toEqual({ lock: held, entries: [] });
    } finally {
      clearInterval(heartbeat);
    }
    cpSync(path.join(other, 'models'), path.join(cache, 'models'), { recursive: true });
    const published = statSync(entryFile(cache, 'weights.bin')).ino;
    rmdirSync(lock);
    expect(await outcome).toMatchObject({ prepared: true, said: [] });
    expect(statSync(entryFile(cache, 'weights.bin')).ino).toBe(published);
  });

  test('of five that start at once one prepares', async () => {
    const cache = newCache();
    mkdirSync(path.join(cache, 'temporary'), { recursive: true });
    const folders = new Set<string>();
    const watcher = watch(path.join(cache, 'temporary'), (_, name) => folders.add(String(name)));
    await Promise.all(Array.from({ length: 5 }, () => run(cache)));
    watcher.close();
    expect([...folders].filter((name) => !name.startsWith('trash'))).toHaveLength(1);
  });
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
    ['a minute', 60, '0 prepared models removed, 0.0 MB; 1 stay\n'],
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
    expect(stdout).toMatch(/^1 prepared model removed, .*; 2 stay$/m);
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
