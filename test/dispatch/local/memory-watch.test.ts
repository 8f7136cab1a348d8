import { MemoryWatch, type Holder } from '#src/dispatch/local/memory-watch.js';

const MIB = 2 ** 20;
const holder = (given: Partial<Holder> = {}): Holder => ({
  state: 'ready',
  pid: undefined,
  rss: 0,
  retiring: false,
  ...given,
});

test('the peak is the most that was seen, with the last report of every worker that lives', () => {
  const seen = [300, 900, 600];
  const asked: object[] = [];
  const slots = [holder({ pid: 10, rss: 5 }), holder({ pid: 11, state: 'gone' }), holder()];
  const watch = new MemoryWatch(slots, undefined, {
    pssMiB: () => undefined,
    runMemory: (workers) => {
      asked.push([...workers]);
      return { pssMiB: seen[asked.length - 1]! };
    },
  });
  expect(watch.peak).toBeUndefined();
  const peaks = seen.map(() => {
    watch.look();
    return watch.peak;
  });
  expect(peaks).toEqual([{ pssMiB: 300 }, { pssMiB: 900 }, { pssMiB: 900 }]);
  expect(asked[0]).toEqual([{ pid: 10, rss: 5 }]);
});

describe('a worker past its limit', () => {
  /** The limit is 100 MiB; the system says what is `pss`. */
  const excess = (slots: Holder[], pss: number | undefined): (number | undefined)[] => {
    const watch = new MemoryWatch(slots, 100, { pssMiB: () => pss, runMemory: () => ({ rssMiB: 0 }) });
    return slots.map((slot) => watch.excess(slot));
  };

  test.each<[string, number | undefined, number | undefined, number | undefined]>([
    ['a process by its own PSS', 180, 150, 150],
    ['a process whose pages are shared is not', 180, 60, undefined],
    ['a process by its RSS where there is no PSS', 180, undefined, 180],
    ['a process below it is not', 90, 150, undefined],
  ])('%s', (_, rss, pss, expected) => {
    expect(excess([holder({ pid: 10, rss: rss! * MIB }), holder({ pid: 11 })], pss)[0]).toBe(expected);
  });

  test('each of three threads is taken to hold a third of the process', () => {
    const threads = () => [
      holder({ rss: 360 * MIB }),
      holder({ rss: 360 * MIB }),
      holder({ rss: 360 * MIB }),
    ];
    expect(excess(threads(), 330)[0]).toBe(110);
    expect(excess(threads(), 290)[0]).toBeUndefined();
    expect(excess(threads(), undefined)[0]).toBe(120);
  });

  test('threads are replaced one after the other', () => {
    const slots = [holder({ rss: 900 * MIB }), holder({ rss: 900 * MIB, retiring: true })];
    expect(excess(slots, 800)).toEqual([undefined, undefined]);
    expect(excess([holder({ rss: 900 * MIB }), holder({ state: 'starting' })], 800)[0]).toBeUndefined();
    expect(excess([holder({ rss: 900 * MIB }), holder()], 800)[0]).toBe(400);
  });
});
