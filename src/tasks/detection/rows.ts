import { FdeployError } from '../../contracts/errors.js';
import type { Tensor } from '../../contracts/tensor.js';
import { MaskReader } from './masks.js';
import type { OutputForm } from './outputs.js';
import type { FoundBox } from './found.js';
import type { DetContext } from './preprocess.js';
import { floatsOf, numbersOf, tensorOf } from './tensors.js';

/** Values of a row: class, score, x0, y0, x1, y1. */
const ROW = 6;

/**
 * The rows of each picture. Without a count all rows are the one picture's; a graph of fixed size gives every
 * picture as many rows and fills up the rest.
 * @param relative boxes are parts of the picture's width and height
 * @throws FdeployError RESULT_INVALID where rows and counts do not fit
 */
export function readRows(
  form: Extract<OutputForm, { kind: 'rows' }>,
  outputs: Readonly<Record<string, Tensor>>,
  contexts: readonly DetContext[],
  relative: boolean,
): FoundBox[][] {
  const { data, dims } = floatsOf(outputs, form.rows);
  // before PaddleDetection 2.0 a picture without objects gives a single -1
  const total = data.length < ROW ? 0 : data.length / ROW;
  const counts = form.count === undefined ? undefined : numbersOf(outputs, form.count);
  const spans = spansOf(total, counts?.length ?? (dims.length === 3 ? dims[0]! : 1), counts);
  if (spans.length < contexts.length) throw misfit(total, contexts.length, counts);
  const masks =
    form.masks !== undefined && total > 0
      ? new MaskReader(tensorOf(outputs, form.masks), contexts)
      : undefined;
  return contexts.map((context, i) => {
    const [first, end] = spans[i]!;
    const found: FoundBox[] = [];
    for (let row = first; row < end; row++) {
      const at = row * ROW;
      const x = relative ? context.width : 1;
      const y = relative ? context.height : 1;
      const box: FoundBox['box'] = [
        data[at + 2]! * x,
        data[at + 3]! * y,
        data[at + 4]! * x,
        data[at + 5]! * y,
      ];
      found.push({
        id: Math.round(data[at]!),
        score: data[at + 1]!,
        box,
        ...(masks && { mask: () => masks.runs(row, box, context) }),
      });
    }
    return found;
  });
}

/** First row and the row behind the last for each picture of the network's batch. */
function spansOf(total: number, batch: number, counts: readonly number[] | undefined): [number, number][] {
  const sum = counts?.reduce((a, b) => a + b, 0);
  if (counts && sum === total) {
    let first = 0;
    return counts.map((count) => [first, (first += count)]);
  }
  const each = total / batch;
  if (!Number.isInteger(each) || counts?.some((count) => count > each)) throw misfit(total, batch, counts);
  return Array.from({ length: batch }, (_, i) => [i * each, i * each + (counts?.[i] ?? each)]);
}

function misfit(total: number, pictures: number, counts: readonly number[] | undefined): FdeployError {
  const found = `${total} rows for ${pictures} pictures, counts ${counts?.join(', ') ?? 'none'}`;
  return new FdeployError('RESULT_INVALID', `the network's rows do not fit its pictures: ${found}`, {
    found,
  });
}
