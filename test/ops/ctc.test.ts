import { decodeCtc } from '#src/ops/ctc.js';

const CHARACTERS = ['', 'a', '\u3000', ' '];

function scores(...steps: [best: number, score: number][]): Float32Array {
  const data = new Float32Array(steps.length * CHARACTERS.length);
  steps.forEach(([best, score], i) => {
    data[i * CHARACTERS.length + best] = score;
  });
  return data;
}

test('folds repeats, splits them at blanks, and keeps an ideographic space', () => {
  const data = scores([1, 0.5], [1, 0.9], [0, 1], [1, 0.75], [2, 0.25], [3, 1]);
  expect(decodeCtc(data, 0, 6, 4, CHARACTERS)).toEqual({ text: 'aa\u3000 ', score: 0.625 });
});

test('only blanks are no text and score 0', () => {
  expect(decodeCtc(scores([0, 1], [0, 1]), 0, 2, 4, CHARACTERS)).toEqual({ text: '', score: 0 });
});

test('of equal scores the first class wins, as numpy argmax does', () => {
  expect(decodeCtc(Float32Array.of(0.1, 0.4, 0.4, 0.1), 0, 1, 4, CHARACTERS).text).toBe('a');
});

test('reads one row of a batch', () => {
  const data = scores([1, 1], [2, 0.5]);
  expect(decodeCtc(data, 4, 1, 4, CHARACTERS)).toEqual({ text: '\u3000', score: 0.5 });
});
