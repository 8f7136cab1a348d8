import { binaryRuns, labelCounts, labelRuns } from '#src/ops/runs.js';

test('runs of labels go over the ends of rows', () => {
  expect(labelRuns(Uint8Array.from([3, 3, 0, 0, 0, 7]))).toEqual([
    [3, 2],
    [0, 3],
    [7, 1],
  ]);
  expect(labelRuns(new Uint8Array(0))).toEqual([]);
});

test('pixels are counted over all runs of a label', () => {
  const counts = labelCounts(Uint16Array.from([300, 1, 300, 300, 1]));
  expect([...counts].sort(([a], [b]) => a - b)).toEqual([
    [1, 2],
    [300, 3],
  ]);
});

test('binary runs begin with the pixels outside, which may be none', () => {
  expect(binaryRuns(Uint8Array.from([0, 0, 1, 1, 1, 0]))).toEqual([2, 3, 1]);
  expect(binaryRuns(Uint8Array.from([1, 255, 0]))).toEqual([0, 2, 1]);
  expect(binaryRuns(new Uint8Array(4))).toEqual([4]);
});
