import { ArrivalOutbox, OrderedOutbox } from '#src/dispatch/local/outbox.js';
import type { Completion } from '#src/contracts/dispatcher.js';
import type { Outbox } from '#src/dispatch/local/outbox.js';
import { jobOf } from '../../support/list-feed.js';

const completion = (index: number): Completion => ({
  job: jobOf(index, `p${index}`),
  outcome: { status: 'error', error: { code: 'INTERNAL', message: '' } },
  attempts: 1,
  at: 0,
});
const drain = (outbox: Outbox, last = false): number[] => {
  const indices: number[] = [];
  for (let next = outbox.shift(last); next; next = outbox.shift(last)) indices.push(next.job.index);
  return indices;
};

test('arrival: as they come, with room for so many that are not read', () => {
  const outbox = new ArrivalOutbox(2);
  for (const index of [4, 1]) {
    expect(outbox.hasRoom()).toBe(true);
    outbox.push(completion(index));
  }
  expect(outbox.hasRoom()).toBe(false);
  expect(drain(outbox)).toEqual([4, 1]);
  expect(outbox.hasRoom()).toBe(true);
});

test('ordered: a gap holds back what lies behind it, skipped indices do not', () => {
  const outbox = new OrderedOutbox(3);
  for (const index of [2, 5, 9]) outbox.open(index);
  expect(outbox.hasRoom()).toBe(false);
  outbox.push(completion(9));
  outbox.push(completion(5));
  expect(drain(outbox)).toEqual([]);
  outbox.push(completion(2));
  expect(drain(outbox)).toEqual([2, 5, 9]);
  expect(outbox.hasRoom()).toBe(true);
});

test('ordered: at the end gaps are passed over', () => {
  const outbox = new OrderedOutbox(10);
  for (const index of [0, 1, 2, 3]) outbox.open(index);
  for (const index of [3, 1]) outbox.push(completion(index));
  expect(drain(outbox)).toEqual([]);
  expect(drain(outbox, true)).toEqual([1, 3]);
});
