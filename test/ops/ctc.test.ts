import { decodeCtc } from '#src/ops/ctc.js';

const CHARACTERS = ['', 'a', '\u3000', ' '];

/** Steps of four classes: the best one's probability, the rest spread over the others. */
function scores(...steps: [best: number, score: number][]): Float32Array {
  return Float32Array.from(
    steps.flatMap(([best, score]) => CHARACTERS.map((_, i) => (i === best ? score : (1 - score) / 3))),
  );
}

test('folds repeats, splits them at blanks, and keeps an ideographic space', () => {
  const data = scores([1, 0.5], [1, 0.9], [0, 1], [1, 0.75], [2, 0.375], [3, 0.875]);
  const { text, score } = decodeCtc(data, 0, 6, 4, CHARACTERS);
  expect(text).toBe('aa\u3000 ');
  expect(score).toBeCloseTo((0.5 + 0.75 + 0.375 + 0.875) / 4, 6);
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

test('logits give the probabilities that a softmax would', () => {
  const logits = Float32Array.of(0, 2, 1, -1, 3, 0, 0, 0, 1, 1, 4, 0.6);
  const softmax = (row: number, best: number): number => {
    const values = [...logits.subarray(4 * row, 4 * row + 4)].map((value) => Math.exp(value));
    return values[best]! / values.reduce((sum, value) => sum + value, 0);
  };
  const { text, score } = decodeCtc(logits, 0, 3, 4, CHARACTERS);
  expect(text).toBe('a\u3000');
  expect(score).toBeCloseTo((softmax(0, 1) + softmax(2, 2)) / 2, 6);
});
