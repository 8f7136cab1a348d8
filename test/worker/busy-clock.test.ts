import { jest } from '@jest/globals';
import { BusyClock } from '#src/worker/busy-clock.js';

/** Lets the test say what time it is. */
function clockAt(): { clock: BusyClock; tick: (ms: number) => void } {
  let now = 1000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  return { clock: new BusyClock(), tick: (ms) => (now += ms) };
}

afterEach(() => {
  jest.restoreAllMocks();
});

test('leaves out the time in which the thread was busy', async () => {
  const { clock, tick } = clockAt();
  const elapsed = clock.start();
  tick(3);
  await clock.during(() => {
    tick(90);
    return Promise.resolve();
  });
  tick(2);
  expect(elapsed()).toBe(5);
});

test('stands still while the thread is busy', async () => {
  const { clock, tick } = clockAt();
  await clock.during(() => {
    const elapsed = clock.start();
    tick(50);
    expect(elapsed()).toBe(0);
    return Promise.resolve();
  });
});
