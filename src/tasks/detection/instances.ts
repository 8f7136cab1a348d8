import type { Tensor } from '../../contracts/tensor.js';
import { binaryRuns } from '../../ops/runs.js';
import { MaskReader } from './masks.js';
import type { OutputForm } from './outputs.js';
import type { FoundBox } from './found.js';
import type { DetContext } from './preprocess.js';
import { floatsOf, numbersOf, tensorOf } from './tensors.js';

/** SOLOv2's masks of one picture: an object's box is the smallest that holds its mask. */
export function readInstances(
  form: Extract<OutputForm, { kind: 'instances' }>,
  outputs: Readonly<Record<string, Tensor>>,
  context: DetContext,
): FoundBox[] {
  const { data: scores } = floatsOf(outputs, form.scores);
  const labels = numbersOf(outputs, form.labels);
  const count = Math.min(numbersOf(outputs, form.count)[0] ?? 0, scores.length, labels.length);
  if (count === 0) return [];
  const reader = new MaskReader(tensorOf(outputs, form.masks), [context]);
  return Array.from({ length: count }, (_, i) => {
    const mask = reader.cut(i, context);
    return {
      id: labels[i]!,
      score: scores[i]!,
      box: boundsOf(mask, context.width),
      mask: () => ({ width: context.width, height: context.height, runs: binaryRuns(mask) }),
    };
  });
}

function boundsOf(mask: Uint8Array, width: number): FoundBox['box'] {
  const bounds: FoundBox['box'] = [width, mask.length / width, 0, 0];
  for (let i = mask.indexOf(1); i >= 0; i = mask.indexOf(1, i + 1)) {
    const x = i % width;
    const y = Math.floor(i / width);
    if (x < bounds[0]) bounds[0] = x;
    if (y < bounds[1]) bounds[1] = y;
    if (x >= bounds[2]) bounds[2] = x + 1;
    if (y >= bounds[3]) bounds[3] = y + 1;
  }
  return bounds;
}
