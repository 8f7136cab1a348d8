import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Caches, entryFile, leftovers } from './support/caches.js';
import { resolved, startResolving, type Resolved } from './support/processes.js';

const caches = new Caches();
const { model } = caches;
const newCache = (): string => caches.next();
const run = (cache: string): Promise<Resolved> => caches.run(cache);
let expected: number[];
beforeAll(async () => {
  expected = (await run(newCache())).values;
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

  test('a byte anywhere in a large file that is changed with its time restored is found at the next start', async () => {
    // of a file whose times are as they were, a start reads one MiB; the time of the change cannot be restored
    const large = caches.network('restored.onnx', [64, 900, 600, 10]);
    const start = (cache: string): Promise<Resolved> => resolved(startResolving(large, cache));
    for (const place of [0.05, 0.95]) {
      const cache = newCache();
      const { values } = await start(cache);
      const file = entryFile(cache, 'weights.bin');
      const wholeSecond = 1_700_000_000;
      utimesSync(file, wholeSecond, wholeSecond);
      expect(await start(cache)).toMatchObject({ prepared: true, said: [] });
      flip(file, Math.floor(statSync(file).size * place));
      utimesSync(file, wholeSecond, wholeSecond);
      expect(await start(cache)).toMatchObject({
        prepared: true,
        said: [expect.stringMatching(/damaged; it is made again/)],
        values,
      });
    }
  });

  test('a byte that changes without any time telling is found in as many starts as the entry has MiB', async () => {
    const preload = pathToFileURL(path.resolve('test/runtime/support/frozen-times.mjs')).href;
    const env = { NODE_OPTIONS: `--import ${preload}` };
    const large = caches.network('large.onnx', [64, 900, 600, 10]);
    for (const [file, place] of [
      [model, 0.3],
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
