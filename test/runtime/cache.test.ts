import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { resolveRuntime } from '#src/runtime/index.js';
import { bytesOf, matmulModel } from '../support/networks.js';
import { childrenOf, resolved, startResolving, type Resolved } from './support/processes.js';

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

/** Waits until a process prepares. @returns the preparing child's process id */
async function preparing(parent: number, cache: string): Promise<number> {
  for (;;) {
    const [child] = childrenOf(parent);
    const begun = (readdirSync(cache, { recursive: true }) as string[]).some((name) =>
      name.endsWith('raw.onnx'),
    );
    if (child !== undefined && begun) return child;
    await delay(2);
  }
}

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
