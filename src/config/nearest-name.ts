import { distance } from 'fastest-levenshtein';

/**
 * The name closest to `word` by edit distance, for "did you mean".
 * @returns undefined if all distances exceed a third of the word's length (at least 1)
 */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const edits = editDistance(word.toLowerCase(), name.toLowerCase());
    if (edits < bestDistance) [best, bestDistance] = [name, edits];
  }
  return best;
}

/** Levenshtein distance, except that one swap of neighbouring letters, the most common typo, counts as one edit. */
function editDistance(word: string, name: string): number {
  let least = distance(word, name);
  for (let i = 1; i < word.length; i++) {
    const swapped = word.slice(0, i - 1) + word.charAt(i) + word.charAt(i - 1) + word.slice(i + 1);
    least = Math.min(least, 1 + distance(swapped, name));
  }
  return least;
}
