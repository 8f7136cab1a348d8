import { distance } from 'fastest-levenshtein';

/** Text without what recognition systems write alike: width forms and white space. */
export const plain = (text) => text.normalize('NFKC').replace(/\s+/g, '');

/** The same with one space where there is white space. */
const spaced = (text) => text.normalize('NFKC').trim().replace(/\s+/g, ' ');

const bounds = (quad) => {
  const xs = quad.map(([x]) => x);
  const ys = quad.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
};

/** Part of `b` that lies in `a`. */
function covered(a, b) {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? (width * height) / ((b[2] - b[0]) * (b[3] - b[1])) : 0;
}

/** @param from, to arrays of characters, of at most 65,536 different ones */
export function editDistance(from, to) {
  // The library compares UTF-16 units: each character becomes one of them, those beyond the first 65,536 of Unicode too.
  const units = new Map();
  const coded = (characters) =>
    String.fromCharCode(...characters.map((one) => units.get(one) ?? units.set(one, units.size).get(one)));
  return distance(coded(from), coded(to));
}

/** Lines that overlap by more than half, directly or through others, so that split and merged lines are one text. */
function groups(truth, read, form) {
  const nodes = [...truth, ...read].map(({ quad, text }, i) => ({
    box: bounds(quad),
    text: form(text),
    known: i < truth.length,
    group: i,
  }));
  for (const known of nodes.filter((node) => node.known)) {
    for (const found of nodes.filter((node) => !node.known)) {
      if (covered(known.box, found.box) <= 0.5 && covered(found.box, known.box) <= 0.5) continue;
      const [from, to] = [found.group, known.group];
      for (const node of nodes) if (node.group === from) node.group = to;
    }
  }
  const byGroup = new Map();
  for (const node of nodes) byGroup.set(node.group, [...(byGroup.get(node.group) ?? []), node]);
  return [...byGroup.values()];
}

/** The texts of a group's lines in their order along the longer side. */
function joined(nodes, axis, backwards, between) {
  const texts = nodes.sort((a, b) => a.box[axis] - b.box[axis]).map(({ text }) => text);
  return [...(backwards ? texts.reverse() : texts).join(between)];
}

/**
 * Wrong characters of one picture: edit distance after NFKC.
 * @param truth lines {text, quad} that stand in the picture
 * @param read lines {text, quad} that were read
 * @param spaces whether spaces count; white space is left out otherwise
 */
export function characterErrors(truth, read, spaces = false) {
  const between = spaces ? ' ' : '';
  let errors = 0;
  let characters = 0;
  for (const nodes of groups(truth, read, spaces ? spaced : plain)) {
    const side = (low, high) =>
      Math.max(...nodes.map(({ box }) => box[high])) - Math.min(...nodes.map(({ box }) => box[low]));
    const axis = side(0, 2) >= side(1, 3) ? 0 : 1;
    const known = nodes.filter((node) => node.known);
    const found = nodes.filter((node) => !node.known);
    const distances = [false, true].map((backwards) =>
      editDistance(joined(known, axis, backwards, between), joined(found, axis, backwards, between)),
    );
    errors += Math.min(...distances);
    characters += joined(known, axis, false, between).length;
  }
  return { errors, characters };
}
