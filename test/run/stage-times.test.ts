import { StageStatistics } from '#src/run/stage-times.js';

const add = (statistics: StageStatistics, value: number): void => {
  statistics.add({ decode: value, preprocess: 2 * value, inference: 3 * value, postprocess: 0 });
};

test('means and nearest-rank percentiles of each stage', () => {
  const statistics = new StageStatistics();
  for (let i = 20; i >= 1; i--) add(statistics, i);
  expect(statistics.summary()).toEqual({
    decode: { mean: 10.5, p50: 10, p95: 19 },
    preprocess: { mean: 21, p50: 20, p95: 38 },
    inference: { mean: 31.5, p50: 30, p95: 57 },
    postprocess: { mean: 0, p50: 0, p95: 0 },
  });
});

test('the times of files that were written stand there where any was written', () => {
  const statistics = new StageStatistics();
  add(statistics, 1);
  expect(statistics.summary()).not.toHaveProperty('artifacts');
  for (const artifacts of [20, 40]) {
    statistics.add({ decode: 1, preprocess: 1, inference: 1, postprocess: 1, artifacts });
  }
  expect(statistics.summary().artifacts).toEqual({ mean: 30, p50: 20, p95: 40 });
});

test('zeros before the first picture', () => {
  expect(new StageStatistics().summary().decode).toEqual({ mean: 0, p50: 0, p95: 0 });
});

test('long runs are told by a sample', () => {
  const statistics = new StageStatistics();
  for (let i = 1; i <= 100_000; i++) add(statistics, i);
  const { mean, p50, p95 } = statistics.summary().decode;
  expect(mean).toBe(50_000.5);
  // Seven standard deviations of the sampled ranks.
  expect(Math.abs(p50 - 50_000)).toBeLessThan(4_000);
  expect(Math.abs(p95 - 95_000)).toBeLessThan(2_000);
});
