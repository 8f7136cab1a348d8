import { cpSync, mkdirSync, rmdirSync, statSync, utimesSync, watch } from 'node:fs';
import path from 'node:path';
import { Caches, entries, entryFile, leftovers } from './support/caches.js';
import {
  below,
  childrenOf,
  preparing,
  resolved,
  runs,
  startResolving,
  type Resolved,
} from './support/processes.js';
import { until } from '../support/until.js';

const caches = new Caches();
const newCache = (): string => caches.next();
const run = (cache: string): Promise<Resolved> => caches.run(cache);
/** A network that takes long enough to be caught at it. */
const large = caches.network('large.onnx', [64, 1800, 1800, 10]);

/** A process whose child prepares the large network; `outcome` settles when the process has ended. */
async function caughtPreparing() {
  for (let tries = 0; tries < 10; tries++) {
    const cache = newCache();
    mkdirSync(cache);
    const process = startResolving(large, cache);
    const outcome = resolved(process).catch(() => undefined);
    const child = await preparing(process, cache);
    // Else it was done before that was seen.
    if (child !== undefined) return { cache, parent: process.pid!, child, outcome };
    await outcome;
  }
  throw new Error('the network is prepared too fast to be caught at it');
}

(process.platform === 'linux' ? describe : describe.skip)('processes that are killed', () => {
  test.each(['the child that prepares', 'its parent'])(
    '%s is killed and five others start at once: all succeed, and there is one whole entry',
    async (victim) => {
      const { cache, parent, child, outcome } = await caughtPreparing();
      process.kill(victim === 'its parent' ? parent : child, 'SIGKILL');
      const others = await Promise.all(
        Array.from({ length: 5 }, () => resolved(startResolving(large, cache))),
      );
      await outcome;
      for (const other of others)
        expect(other).toMatchObject({ prepared: true, said: [], values: others[0]!.values });
      expect(entries(cache)).toHaveLength(1);
      await run(cache); // removes what the killed one left
      expect(leftovers(cache)).toEqual([]);
      expect((await resolved(startResolving(large, cache))).said).toEqual([]);
    },
  );
});

(process.platform === 'linux' ? describe : describe.skip)('the lock of somebody else', () => {
  /** The lock of a process that was killed with its watchdog, before either could do anything. */
  const orphanedLock = async (): Promise<{ cache: string; lock: string }> => {
    for (;;) {
      const { cache, parent, child, outcome } = await caughtPreparing();
      process.kill(child, 'SIGSTOP');
      process.kill(parent, 'SIGKILL');
      await outcome;
      process.kill(child, 'SIGKILL');
      await until(() => !runs(child));
      const [lock] = below(path.join(cache, 'locks'));
      // Else the child was done before it could be stopped.
      if (lock !== undefined) return { cache, lock: path.join(cache, 'locks', lock) };
    }
  };
  /** Keeps a lock at an age until somebody else has taken it. @returns what ends that */
  const keepAt = (lock: string, seconds: number): (() => void) => {
    const { ino } = statSync(lock);
    const touch = (): void => {
      const time = new Date(Date.now() - seconds * 1000);
      if (statSync(lock, { throwIfNoEntry: false })?.ino === ino) utimesSync(lock, time, time);
    };
    touch();
    const timer = setInterval(touch, 100);
    return () => {
      clearInterval(timer);
    };
  };

  test("left alone for 31 s it is nobody's: the work is done", async () => {
    const { cache, lock } = await orphanedLock();
    const end = keepAt(lock, 31);
    try {
      expect(await resolved(startResolving(large, cache))).toMatchObject({ prepared: true, said: [] });
    } finally {
      end();
    }
    expect(leftovers(cache)).toEqual([]);
  });

  test('touched three seconds ago it is waited for, and what its holder has made is taken', async () => {
    const { cache, lock } = await orphanedLock();
    const held = statSync(lock).ino;
    const end = keepAt(lock, 3);
    const waiting = startResolving(large, cache);
    const outcome = resolved(waiting);
    const other = newCache();
    try {
      // Another process does all of the same work in a cache of its own: long enough to have taken the lock, were it free.
      await until(() => childrenOf(waiting.pid!).length > 0);
      await resolved(startResolving(large, other));
      await run(newCache());
      expect({ lock: statSync(lock).ino, entries: entries(cache) }).toEqual({ lock: held, entries: [] });
    } finally {
      end();
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
