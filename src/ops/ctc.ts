/** A text read from a network's time steps. */
export interface CtcText {
  readonly text: string;
  /** Mean probability of the steps that gave a character, 0 where none did. */
  readonly score: number;
}

/** Class 0 stands for "no character". */
const BLANK = 0;

/**
 * Greedy CTC decoding: the best class of every step, repeats folded, blanks left out.
 * @param scores `steps` rows of `classes` from `offset` on
 * @param characters the character of each class; the first is the blank's and unused
 */
export function decodeCtc(
  scores: Float32Array,
  offset: number,
  steps: number,
  classes: number,
  characters: readonly string[],
): CtcText {
  let text = '';
  let sum = 0;
  let count = 0;
  let previous = -1;
  for (let step = 0; step < steps; step++) {
    const row = offset + step * classes;
    let best = 0;
    let score = scores[row]!;
    for (let i = 1; i < classes; i++) {
      const value = scores[row + i]!;
      if (value > score) {
        score = value;
        best = i;
      }
    }
    if (best !== BLANK && best !== previous) {
      text += characters[best] ?? '';
      sum += score;
      count++;
    }
    previous = best;
  }
  return { text, score: count === 0 ? 0 : sum / count };
}
