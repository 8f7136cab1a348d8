import { jobOf, ListFeed } from '../../support/list-feed.js';
import { JobQueue } from '#src/dispatch/local/job-queue.js';

const job = (index: number) => jobOf(index, `p${index}`);

const ninth = Array.from({ length: 10 }, (_, i) => ({ image: `p${i}` }));
const feed = new ListFeed(ninth, new Set(ninth.slice(0, 9).map(({ image }) => image)));

test('pictures that come back go out again in the order of the input, whoever had them', () => {
  const queue = new JobQueue(feed);
  queue.giveBack([job(4), job(6)]);
  queue.giveBack([job(3), job(5)]);
  expect(queue.size).toBe(5);
  const order = [1, 2, 3, 4].map(() => queue.takeReturned()?.index);
  expect(order).toEqual([3, 4, 5, 6]);
  expect(queue.takeReturned()).toBeUndefined();
  expect(queue.takeNew()).toEqual(job(9));
  expect(queue.size).toBe(0);
});
