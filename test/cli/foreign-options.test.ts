import { FOREIGN_NAMES } from '#src/cli/foreign-options.js';
import { longName } from '#src/config/flags/flag.js';
import { PREDICT_FLAGS } from '#src/config/flags/predict.js';

const own = new Set(Object.values(PREDICT_FLAGS).map((flag) => longName(flag)));

it('leads from each name of another tool to one option that there is', () => {
  for (const option of Object.keys(FOREIGN_NAMES)) expect(own).toContain(option);
  const names = Object.values(FOREIGN_NAMES).flat();
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => own.has(`--${name}`))).toEqual([]);
});
