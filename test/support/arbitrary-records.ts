import fc from 'fast-check';
import { ERROR_KINDS, type ErrorCode } from '#src/contracts/errors.js';
import type { OkRecord, ResultRecord, Task } from '#src/contracts/results.js';

/** Any text a name or a label may have: controls, quotes, line ends, formulas; half surrogate pairs are no text. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', "'", '\t', '\uFEFF', '\u2028', 'a', 'é') }),
);
/** JSON has no -0. */
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const label = fc.option(text);
const id = fc.nat();
const point = fc.tuple(number, number);

const results = {
  classification: fc.record({ classes: fc.array(fc.record({ id, label, score: number }), { maxLength: 4 }) }),
  detection: fc.record({
    objects: fc.array(
      fc.record({ id, label, score: number, box: fc.tuple(number, number, number, number) }),
      { maxLength: 4 },
    ),
  }),
  segmentation: fc.record({
    segments: fc.array(fc.record({ id, label, pixels: fc.nat(), share: number }), { maxLength: 4 }),
    mask: fc.record({ width: fc.nat(), height: fc.nat(), file: text }),
  }),
  ocr: fc.record({
    lines: fc.array(
      fc.record(
        {
          text,
          score: number,
          quad: fc.tuple(point, point, point, point),
          angle: fc.constantFrom<0 | 180>(0, 180),
          angleScore: number,
        },
        { requiredKeys: [] },
      ),
      { maxLength: 4 },
    ),
  }),
};

const base = { index: fc.nat(), image: text };
const ms = fc.record({
  decode: number,
  preprocess: number,
  inference: number,
  postprocess: number,
  at: number,
});

/** Any record of a run of `task`. */
export function arbitraryRecord(task: Task): fc.Arbitrary<ResultRecord> {
  const ok = fc.record({
    ...base,
    status: fc.constant('ok'),
    task: fc.constant(task),
    width: fc.nat(),
    height: fc.nat(),
    result: results[task] as fc.Arbitrary<OkRecord['result']>,
    ms,
  }) as fc.Arbitrary<OkRecord>;
  const failed = fc.record({
    ...base,
    status: fc.constant('error' as const),
    error: fc.record({
      code: fc.constantFrom(...(Object.keys(ERROR_KINDS) as ErrorCode[])),
      message: text,
    }),
    attempts: fc.nat(),
  });
  return fc.oneof({ weight: 3, arbitrary: ok }, { weight: 1, arbitrary: failed });
}

/** Records of a run: no picture twice. */
export function arbitraryRun(task: Task): fc.Arbitrary<ResultRecord[]> {
  return fc.uniqueArray(arbitraryRecord(task), { selector: ({ image }) => image, maxLength: 8 });
}
