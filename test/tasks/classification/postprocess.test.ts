import { ClasPostprocessor } from '#src/tasks/classification/postprocess.js';
import type { ClasPostprocessing } from '#src/tasks/classification/config.js';

function classesOf(how: ClasPostprocessing, scores: number[], pictures = 1) {
  const classes = scores.length / pictures;
  const output = { type: 'float32', dims: [pictures, classes], data: Float32Array.from(scores) } as const;
  const labels = ['cat', 'dog', null];
  const contexts = Array<undefined>(pictures).fill(undefined);
  return new ClasPostprocessor(how, labels, 'scores')
    .run({ scores: output }, contexts)
    .map(({ classes: found }) => found);
}

describe('a classification Postprocessor', () => {
  it('gives the best classes of every picture of a batch, best first', () => {
    expect(classesOf({ kind: 'topk', topk: 2 }, [0.25, 0.5, 0.125, 0.125, 0.125, 0.75, 0, 0], 2)).toEqual([
      [
        { id: 1, label: 'dog', score: 0.5 },
        { id: 0, label: 'cat', score: 0.25 },
      ],
      [
        { id: 1, label: 'dog', score: 0.75 },
        { id: 0, label: 'cat', score: 0.125 },
      ],
    ]);
  });

  it('gives no more classes than there are, and null where the list names none', () => {
    const [classes] = classesOf({ kind: 'topk', topk: 9 }, [0.25, 0, 0.5, 0.125]);
    expect(classes?.map(({ id, label }) => [id, label])).toEqual([
      [2, null],
      [0, 'cat'],
      [3, null],
      [1, 'dog'],
    ]);
  });

  it('decides between two classes by the threshold, as PaddleClas does', () => {
    const how = { kind: 'binary-threshold', threshold: 0.625 } as const;
    expect(classesOf(how, [0.375, 0.625])).toEqual([[{ id: 1, label: 'dog', score: 0.625 }]]);
    expect(classesOf(how, [0.5, 0.5])).toEqual([[{ id: 0, label: 'cat', score: 0.5 }]]);
  });

  it('falls back to the default class where the best one is not above the threshold', () => {
    const how = { kind: 'best-above-threshold', threshold: 0.5, fallback: 2 } as const;
    expect(classesOf(how, [0.75, 0.125, 0.125])).toEqual([[{ id: 0, label: 'cat', score: 0.75 }]]);
    expect(classesOf(how, [0.5, 0.25, 0.25])).toEqual([[{ id: 2, label: null, score: 0.25 }]]);
  });

  it('gives every class that reaches its own threshold', () => {
    const how: ClasPostprocessing = { kind: 'multi-label', thresholds: [0.9, 0.2], fallback: 0.5 };
    const [classes] = classesOf(how, [0.75, 0.25, 0.5]);
    expect(classes?.map(({ id }) => id)).toEqual([2, 1]);
  });

  it('refuses an output that holds no scores', () => {
    const postprocessor = new ClasPostprocessor({ kind: 'topk', topk: 1 }, [], 'scores');
    expect(() => postprocessor.run({}, [undefined])).toThrow(/expected float32 scores \[N, classes\]/);
  });
});
