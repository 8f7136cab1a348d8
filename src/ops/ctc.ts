/** A text read from a network's time steps. */
export interface CtcText {
  readonly text: string;
  /** Mean probability of the steps that gave a character, 0 where none did. */
  readonly score: number;
}

/** Class 0 stands for "no character". */
export const BLANK = 0;

/** Of values that sum to 1 one above this is the largest, whatever float noise the others hold. */
const CERTAIN = 0.51;

/** Whether a row is a distribution, not the logits before a softmax. */
function isDistribution(scores: Float32Array, row: number, classes: number): boolean {
  let sum = 0;
  for (let i = row; i < row + classes; i++) {
    const value = scores[i]!;
    if (value < 0) return false;
    sum += value;
  }
  return Math.abs(sum - 1) < 0.01;
}

/** Softmax of one class of a row of logits, given the largest of them. */
function softmaxOf(scores: Float32Array, row: number, classes: number, largest: number): number {
  let sum = 0;
  for (let i = row; i < row + classes; i++) sum += Math.exp(scores[i]! - largest);
  return 1 / sum;
}

/** What a network says at each of a line's time steps. */
export interface CtcSteps {
  /** The likeliest class, the first of equals. */
  readonly best: Int32Array;
  /** Its probability; of the blank any value from 0 to 1 where the network gave logits. */
  readonly score: Float32Array;
}

/**
 * The likeliest class of every time step. Logits are taken through a softmax.
 * @param scores `steps` rows of `classes` from `offset` on
 */
export function bestSteps(scores: Float32Array, offset: number, steps: number, classes: number): CtcSteps {
  const distribution = steps > 0 && isDistribution(scores, offset, classes);
  const enough = distribution ? CERTAIN : Infinity;
  const found = { best: new Int32Array(steps), score: new Float32Array(steps) };
  for (let step = 0; step < steps; step++) {
    const row = offset + step * classes;
    let best = 0;
    let score = scores[row]!;
    for (let i = 1; i < classes && score <= enough; i++) {
      const value = scores[row + i]!;
      if (value > score) {
        score = value;
        best = i;
      }
    }
    found.best[step] = best;
    if (distribution) found.score[step] = score;
    else if (best !== BLANK) found.score[step] = softmaxOf(scores, row, classes, score);
  }
  return found;
}

/** A character that time steps spell. */
export interface CtcLetter {
  readonly character: string;
  /** Probability at its first step. */
  readonly score: number;
  /** Its time steps: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/**
 * The characters that time steps spell: repeats folded, blanks left out.
 * @param characters the character of each class; the first is the blank's and unused
 */
export function lettersOf({ best, score }: CtcSteps, characters: readonly string[]): CtcLetter[] {
  const letters: CtcLetter[] = [];
  for (let from = 0; from < best.length;) {
    let to = from + 1;
    while (to < best.length && best[to] === best[from]) to++;
    const character = characters[best[from]!];
    if (best[from] !== BLANK && character) letters.push({ character, score: score[from]!, from, to });
    from = to;
  }
  return letters;
}

/**
 * The text that time steps spell: repeats folded, blanks left out.
 * @param characters the character of each class; the first is the blank's and unused
 */
export function spell({ best, score }: CtcSteps, characters: readonly string[]): CtcText {
  let text = '';
  let sum = 0;
  let count = 0;
  best.forEach((character, step) => {
    if (character === BLANK || character === best[step - 1]) return;
    text += characters[character] ?? '';
    sum += score[step]!;
    count++;
  });
  return { text, score: count === 0 ? 0 : sum / count };
}

/** Greedy CTC decoding: `spell` of `bestSteps`. */
export function decodeCtc(
  scores: Float32Array,
  offset: number,
  steps: number,
  classes: number,
  characters: readonly string[],
): CtcText {
  return spell(bestSteps(scores, offset, steps, classes), characters);
}
