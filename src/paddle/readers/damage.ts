import { FdeployError } from '../../contracts/errors.js';

/** The error of a file whose content cannot be: it names the file, the record in it, what should be there and what is. */
export function damaged(
  file: string,
  record: string,
  expected: string,
  found: string,
  cause?: unknown,
): FdeployError {
  return new FdeployError('MODEL_INVALID', `${file}: ${record}: expected ${expected}, found ${found}`, {
    file,
    expected,
    found,
    ...(cause !== undefined && { cause }),
  });
}

/** No tensor of a vision model has more axes. */
const MAX_RANK = 16;

/** Dimensions of data: at most 16 whole numbers, none below 0. */
export function checkDims(dims: readonly number[], file: string, record: string): void {
  if (dims.length > MAX_RANK) throw damaged(file, record, `at most ${MAX_RANK} dimensions`, `${dims.length}`);
  const wrong = dims.find((dim) => !Number.isSafeInteger(dim) || dim < 0);
  if (wrong !== undefined) throw damaged(file, record, 'dimensions of 0 or more', `${wrong}`);
}

/** Dimensions of a declaration: Paddle multiplies free ones too, so anything below 0 (-1, -5, ...) is a free one. */
export function declaredDims(dims: readonly number[], file: string, record: string): number[] {
  const free = dims.map((dim) => (dim < 0 ? -1 : dim));
  checkDims(
    free.map((dim) => Math.max(0, dim)),
    file,
    `${record}, dimensions`,
  );
  return free;
}
