import type { BenchFigures } from '#src/bench/case.js';
import { takenCpus } from '#src/bench/cpu-time.js';
import { busyWarning, recommend } from '#src/bench/recommend.js';
import { markdown, memoryTable, speedTable } from '#src/bench/tables.js';

function figures(
  mode: BenchFigures['mode'],
  workers: number,
  shared: boolean,
  imagesPerSecond: number,
  predicted: number,
  compute = { backend: 'onnxruntime', device: 'cpu', precision: 'float32' },
): BenchFigures {
  return {
    mode,
    workers,
    shared,
    ...compute,
    imagesPerSecond,
    memory: { opened: predicted - 50, predicted, kind: 'PSS' },
    load: workers === 1 ? { first: 300 } : { first: 300, next: 20 },
    latency: { p50: 80, p95: 90.04 },
    failed: 0,
  };
}

const CASES = [
  figures('thread', 1, true, 13, 200),
  figures('thread', 2, true, 26, 220),
  figures('thread', 2, false, 27, 500),
  figures('process', 2, true, 26.5, 300),
];

test('equally fast settings: the one with less memory, compared with weights of its own', () => {
  expect(recommend(CASES)).toEqual({
    mode: 'thread',
    workers: 2,
    why: '26.0 pictures/s in 220 MiB: within 3 % of the fastest (process, 2 workers) with less memory; with weights of their own the clones would take 500 MiB',
  });
});

test('more than 3 % faster wins over memory', () => {
  const fast = figures('process', 3, true, 28, 400);
  expect(recommend([...CASES, fast])).toMatchObject({ mode: 'process', workers: 3 });
});

test('what cannot be chosen is neither recommended nor hidden', () => {
  const cases = [
    figures('process', 1, true, 96.5, 90),
    figures('thread', 2, true, 127.8, 120),
    figures('thread', 2, false, 152, 130),
    figures('process', 2, false, 179.4, 160),
  ];
  expect(recommend(cases)).toEqual({
    mode: 'thread',
    workers: 2,
    why: '127.8 pictures/s in 120 MiB, the fastest with shared weights; with weights of their own the clones would take 130 MiB; 179.4 pictures/s were reached with weights of their own, which are measured to compare and cannot be chosen',
  });
});

test('between backends: its options, and what the other one reached', () => {
  const openvino = { backend: 'openvino', device: 'cpu', precision: 'bfloat16' };
  const fast = figures('thread', 2, true, 44, 400, openvino);
  expect(recommend([...CASES, fast])).toEqual({
    mode: 'thread',
    workers: 2,
    compute: '--backend openvino --precision bfloat16',
    why: '44.0 pictures/s in 400 MiB, the fastest; onnxruntime float32 reached 26.5 pictures/s',
  });
  const slow = figures('thread', 2, true, 9, 400, openvino);
  const { compute, why } = recommend([CASES[1]!, slow])!;
  expect([compute, why]).toEqual([
    undefined,
    '26.0 pictures/s in 220 MiB, the fastest; openvino bfloat16 reached 9.0 pictures/s',
  ]);
  expect(
    markdown(speedTable([CASES[0]!, fast]))
      .split('\n')
      .slice(4),
  ).toEqual([
    '| onnxruntime float32 | thread | 1 | shared | 300 | - | 13.0 | 80.0 | 90.0 | - |',
    '| openvino bfloat16 | thread | 2 | shared | 300 | 20 | 44.0 | 80.0 | 90.0 | - |',
  ]);
});

describe('a busy machine', () => {
  const withOthers = (...taken: number[]) => taken.map((takenCpus, i) => ({ ...CASES[i]!, takenCpus }));

  test('is warned of', () => {
    expect(busyWarning(withOthers(0.02, 0.66, 0.3, 0.1))).toBe(
      'other programs kept up to 0.66 CPUs busy during 2 of 4 cases: the figures are too low and hardly comparable; measure again on an idle machine',
    );
    expect(busyWarning(withOthers(0.02, 0.1))).toBeUndefined();
    expect(busyWarning(CASES)).toBeUndefined();
  });

  test.each<[machine: number, own: number, all: number, usable: number, taken: number]>([
    [2, 1.34, 2, 2, 0.66],
    [1.9, 1.95, 2, 2, 0], // clocks of different steps
    [40, 2, 64, 2, 0], // in a container with two CPUs on a larger machine
    [64, 1.5, 64, 2, 0.5],
  ])('%d CPUs busy, %d of them its own, of %d with %d to use', (machine, own, all, usable, taken) => {
    expect(takenCpus(machine, own, all, usable)).toBeCloseTo(taken, 9);
  });
});

test('nothing predicted, nothing recommended', () => {
  expect(recommend([figures('thread', 1, true, 0, 100)])).toBeUndefined();
});

test('memory by clones and columns; a case that was not measured is a dash', () => {
  expect(markdown(memoryTable(CASES)).split('\n').slice(2)).toEqual([
    '| clones | thread, shared weights | thread, own weights | process, shared weights |',
    '| --- | --- | --- | --- |',
    '| 1 | 150 / 200 | - | - |',
    '| 2 | 170 / 220 | 450 / 500 | 250 / 300 |',
  ]);
});

test('speed, one row a case', () => {
  expect(speedTable(CASES.slice(0, 2)).rows.slice(1)).toEqual([
    ['thread', '1', 'shared', '300', '-', '13.0', '80.0', '90.0', '-'],
    ['thread', '2', 'shared', '300', '20', '26.0', '80.0', '90.0', '-'],
  ]);
});
