import { jest } from '@jest/globals';
import { picture, settle, WorkerBench } from '../support/worker-bench.js';

/** What `performance.now()` says; a test moves it on. */
let now = 0;
beforeEach(() => {
  now = 1000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** A step that a test ends, with all that may follow from it at that moment. */
class Step {
  #end: () => void = () => undefined;
  readonly over = new Promise<void>((resolve) => (this.#end = resolve));

  end(): void {
    this.#end();
  }
}

class Steps extends Map<string, Step> {
  of(name: string): Step {
    const step = this.get(name) ?? new Step();
    this.set(name, step);
    return step;
  }

  async wait(name: string): Promise<void> {
    await this.of(name).over;
  }
}

/** 120 pixels each, whatever the number. */
const equal = (index: number) => picture(index, 120 / index);

test('five equal decodings take equally long, although the thread computes when most of them end', async () => {
  const steps = new Steps();
  const begun = new Set<number>();
  const bench = new WorkerBench({
    decode: async ({ name }) => {
      begun.add(Number(name));
      await steps.wait(`decode ${name}`);
      return equal(Number(name));
    },
    run: async ([index]) => {
      await steps.wait(`run ${index}`);
    },
  });
  bench.start();
  bench.predict(1, 2, 3, 4, 5);
  await settle();
  now += 16;
  for (const index of [1, 2]) steps.of(`decode ${index}`).end();
  await settle();
  for (const index of [1, 2, 3, 4, 5]) {
    // An inference of 100 ms, in which the decodings beside it end unheard.
    now += 100;
    steps.of(`run ${index}`).end();
    for (const next of [3, 4, 5]) if (begun.has(next)) steps.of(`decode ${next}`).end();
    await settle();
  }
  expect([...bench.times.values()].map(({ decode }) => decode)).toEqual([16, 16, 16, 16, 16]);
});

test('a decoding of 3 s beside thirty inferences has taken 3 s', async () => {
  const steps = new Steps();
  const bench = new WorkerBench({
    decode: async ({ name }) => {
      if (name === '60') await steps.wait('large');
      else now += 1;
      return picture(Number(name));
    },
    run: async ([index]) => {
      await steps.wait(`run ${index}`);
    },
  });
  bench.start();
  bench.predict(60, ...Array.from({ length: 30 }, (_, i) => i + 1));
  await settle();
  for (let index = 1; index <= 30; index++) {
    now += 100;
    steps.of(`run ${index}`).end();
    if (index === 30) steps.of('large').end();
    await settle();
  }
  steps.of('run 60').end();
  await settle();
  // Its end lies within the last inference.
  const { decode } = bench.times.get(60)!;
  expect(decode).toBeGreaterThanOrEqual(2900);
  expect(decode).toBeLessThanOrEqual(3030);
});

test('reading counts as decoding, waiting for a free place does not', async () => {
  const steps = new Steps();
  const bench = new WorkerBench({
    read: async ({ name }) => {
      await steps.wait(`read ${name}`);
      return { bytes: Buffer.alloc(10), name };
    },
    decode: async ({ name }) => {
      await steps.wait(`decode ${name}`);
      return equal(Number(name));
    },
  });
  bench.start(1, 1);
  bench.predict(1, 2);
  for (const index of [1, 2]) {
    await settle();
    now += 30;
    steps.of(`read ${index}`).end();
    await settle();
    now += 12;
    steps.of(`decode ${index}`).end();
  }
  await settle();
  expect([...bench.times.values()].map(({ decode }) => decode)).toEqual([42, 42]);
});

test('times are given to the microsecond', async () => {
  const bench = new WorkerBench({
    decode: ({ name }) => {
      now += 1.0004999;
      return Promise.resolve(picture(Number(name)));
    },
    ms: { preprocess: 0.12345678, inference: 12.0005, postprocess: 7 / 3 },
    writers: {
      drawings: ({ result }) => {
        now += 2 / 3;
        return Promise.resolve(result);
      },
    },
  });
  bench.start(1, 1, { drawings: 'out' });
  bench.predict(1);
  await settle();
  expect(bench.times.get(1)).toEqual({
    decode: 1,
    preprocess: 0.123,
    inference: 12.001,
    postprocess: 2.333,
    artifacts: 0.667,
  });
});

test('writing files takes its own time, beside an inference too, and is no stage where nothing is written', async () => {
  const steps = new Steps();
  const bench = new WorkerBench({
    run: async ([index]) => {
      await steps.wait(`run ${index}`);
    },
    decode: ({ name }) => Promise.resolve(equal(Number(name))),
    writers: {
      drawings: async ({ job, result }) => {
        await steps.wait(`write ${job.index}`);
        return result;
      },
    },
  });
  bench.start(1, 2, { drawings: 'out' });
  bench.predict(1, 2, 3);
  for (const index of [1, 2]) steps.of(`run ${index}`).end();
  await settle();
  now += 40;
  steps.of('write 1').end(); // nothing beside it
  await settle();
  now += 100; // the inference of 3, beside which 2 is written
  steps.of('run 3').end();
  steps.of('write 2').end();
  steps.of('write 3').end();
  await settle();
  expect([...bench.times.values()].map(({ artifacts }) => artifacts)).toEqual([40, 40, 0]);

  const without = new WorkerBench();
  without.start();
  without.predict(1);
  await settle();
  expect(without.times.get(1)).not.toHaveProperty('artifacts');
});
