import { setImmediate } from 'node:timers/promises';
import type { Source } from '#src/contracts/source.js';
import { JobFeed } from '#src/run/job-feed.js';
import { until } from '../support/until.js';
import { sourceOf } from '../support/list-feed.js';

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `p${i}.jpg`);
const named = (image: string): Source => sourceOf({ image });

/** A list whose reader can be held before a place. */
async function* held(count: number, at: number, open: Promise<void>): AsyncGenerator<Source> {
  for (const [i, name] of names(count).entries()) {
    if (i === at) await open;
    yield named(name);
  }
}

function taken(feed: JobFeed): number[] {
  const indices: number[] = [];
  for (let job = feed.take(); job; job = feed.take()) indices.push(job.index);
  return indices;
}

test('gives the jobs of a short list, numbered, without those that are answered', async () => {
  let ended = 0;
  const done = new Set(['p1.jpg']);
  const feed = await JobFeed.open(names(4).map(named), { done, onEnd: () => ended++ });
  expect([feed.ended, feed.listed, feed.skipped, feed.untaken, ended]).toEqual([true, 4, 1, 3, 1]);
  expect(taken(feed)).toEqual([0, 2, 3]);
  expect([feed.ready, feed.untaken]).toEqual([0, 0]);
});

test('gives jobs while the list is still read, and tells when there are more', async () => {
  let go = (): void => undefined;
  const open = new Promise<void>((resolve) => (go = resolve));
  const feed = await JobFeed.open(held(6, 3, open));
  expect([feed.ended, taken(feed)]).toEqual([false, [0, 1, 2]]);
  const changed = new Promise<void>((resolve) => {
    feed.onChange(() => {
      if (feed.ended) resolve();
    });
  });
  go();
  await changed;
  expect([feed.listed, taken(feed)]).toEqual([6, [3, 4, 5]]);
});

test('reads no further ahead than it says, however long the list is', async () => {
  let read = 0;
  function* endless(): Generator<Source> {
    for (;;) yield named(`p${read++}.jpg`);
  }
  const feed = await JobFeed.open(endless());
  let before: number;
  do {
    before = read;
    for (let turns = 0; turns < 20; turns++) await setImmediate(); // it reads on in every turn, if at all
  } while (read > before);
  expect(read).toBeLessThanOrEqual(65_536);
  for (let i = 0; i < before; i++) expect(feed.take()?.index).toBe(i);
  await until(() => read > before);
  await feed.stop(0);
});

test('fails as the list does before the run has begun; later it ends with the reason, and gives what it has', async () => {
  async function* broken(wait: Promise<void>): AsyncGenerator<Source> {
    yield named('p0.jpg');
    await wait;
    throw new Error('the disk is gone');
  }
  await expect(JobFeed.open(broken(Promise.resolve()))).rejects.toThrow('the disk is gone');
  let go = (): void => undefined;
  const feed = await JobFeed.open(broken(new Promise<void>((resolve) => (go = resolve))));
  go();
  await new Promise<void>((resolve) => {
    feed.onChange(resolve);
  });
  expect(taken(feed)).toEqual([0]);
  expect(feed.failure).toMatchObject({ code: 'LISTING_FAILED', kind: 'run' });
  expect(feed.failure?.message).toBe('the list of inputs broke off: the disk is gone');
});

test('counts what is left after it was stopped, and gives none of it', async () => {
  const feed = await JobFeed.open(held(70_000, -1, Promise.resolve()));
  expect(feed.take()?.index).toBe(0);
  await feed.stop(10_000);
  expect([feed.ended, feed.listed, feed.untaken, feed.ready]).toEqual([true, 70_000, 69_999, 0]);
  expect(feed.take()).toBeUndefined();
});

test('leaves a list that does not end', async () => {
  let left = 0;
  const feed = await JobFeed.open(held(3, 2, new Promise(() => undefined)), { onLeft: () => left++ });
  expect(taken(feed)).toEqual([0, 1]);
  await feed.stop(10);
  expect([feed.ended, left]).toEqual([false, 1]);
});
