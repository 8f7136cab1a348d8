import type { Work } from '#src/contracts/protocol.js';
import { WorkClock } from '#src/dispatch/local/work-clock.js';

const LIMIT = 1000;
const work = (given: Partial<Work>): Work => ({ decoding: [], predicting: [], writing: [], ...given });

test('decoding, inference and writing of a picture add up, waiting in between costs nothing', () => {
  const clock = new WorkClock();
  clock.update(work({ decoding: [1] }), 0);
  expect(clock.due(LIMIT)).toBe(1000);
  clock.update(work({}), 300);
  expect(clock.due(LIMIT)).toBeUndefined();
  clock.update(work({ predicting: [1] }), 5000);
  expect(clock.due(LIMIT)).toBe(5700);
  clock.update(work({}), 5400);
  clock.update(work({ writing: [1] }), 9000);
  expect(clock.due(LIMIT)).toBe(9300);
  expect(clock.overdue(LIMIT, 9299)).toEqual([]);
  expect(clock.overdue(LIMIT, 9300)).toEqual([1]);
});

test('every picture has its own time', () => {
  const clock = new WorkClock();
  for (let index = 0; index < 5; index++) {
    const at = index * 900;
    clock.update(work({ predicting: [index] }), at);
    expect(clock.due(LIMIT)).toBe(at + 1000);
    clock.update(work({}), at + 900);
    clock.forget([index]);
  }
});

test('a batch has the time of all its pictures, less what these had already', () => {
  const clock = new WorkClock();
  clock.update(work({ decoding: [1, 2] }), 0);
  clock.update(work({ predicting: [1, 2, 3, 4] }), 200);
  expect(clock.overdue(LIMIT, 3799)).toEqual([]);
  expect(clock.overdue(LIMIT, 3800)).toEqual([1, 2, 3, 4]);
  expect(clock.due(LIMIT)).toBe(3800);
});

test('a batch that is taken apart has used its pictures equally', () => {
  const clock = new WorkClock();
  clock.update(work({ predicting: [1, 2] }), 0);
  clock.update(work({ predicting: [1] }), 800);
  expect(clock.due(LIMIT)).toBe(800 + 600);
});

test('a decoding that ends while the thread computes has not used that time', () => {
  const clock = new WorkClock();
  clock.update(work({ decoding: [2], predicting: [1] }), 0);
  expect(clock.overdue(LIMIT, 999)).toEqual([]);
  clock.update(work({}), 900); // 1 is answered, 2 is decoded: when it was, nobody knows
  clock.update(work({ predicting: [2] }), 901);
  expect(clock.due(LIMIT)).toBe(1901);
});

test('a decoding that hangs ends, whatever is predicted beside it', () => {
  const clock = new WorkClock();
  clock.update(work({ decoding: [7] }), 0);
  for (let index = 10, at = 0; at < 1000; index++, at += 400) {
    clock.update(work({ decoding: [7], predicting: [index] }), at);
    expect(clock.overdue(LIMIT, at)).toEqual([]);
    clock.update(work({ decoding: [7] }), at + 399);
    clock.forget([index]);
  }
  clock.update(work({ decoding: [7], predicting: [20] }), 1200);
  expect(clock.due(LIMIT)).toBeLessThanOrEqual(1200);
  expect(clock.overdue(LIMIT, 1200)).toEqual([7]);
});

test('begins anew where nobody looked at it', () => {
  const clock = new WorkClock();
  clock.update(work({ decoding: [1], writing: [2] }), 0);
  clock.restart(50_000);
  expect(clock.overdue(LIMIT, 50_999)).toEqual([]);
  expect(clock.overdue(LIMIT, 51_000)).toEqual([1, 2]);
});
