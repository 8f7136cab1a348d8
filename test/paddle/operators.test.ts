import { convertPaddleModel } from 'fdeploy';
import { differences, formatsOf, paddleCases, writeExport } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();

/** What ONNX cannot do, with what is said of it. */
const REFUSED = new Map([
  ['avgpool_ceil_counted_uneven', /operator pool2d counts padding by its beginning alone/],
]);

const cases = [...paddleCases('operators'), ...paddleCases('variants'), ...paddleCases('settings')];

/**
 * Programs of one or a few operators, written by Paddle 2.6.2 and 1.8.5 (old) and 3.2.2 (pir), with Paddle's outputs; see
 * `fixtures/paddle/README.md`.
 */
describe.each(cases.filter(({ id }) => !REFUSED.has(id)))('$id', (paddleCase) => {
  test.each(formatsOf(paddleCase))('%s', async (format) => {
    const converted = await convertPaddleModel(writeExport(paddleCase, format, folder));
    const tolerance = { absolute: paddleCase.tolerance, relative: 1e-4 };
    expect(await differences(paddleCase, format, converted, tolerance)).toEqual([]);
  });
});

describe.each(cases.filter(({ id }) => REFUSED.has(id)))('$id', (paddleCase) => {
  test.each(formatsOf(paddleCase))('%s is refused', async (format) => {
    const converting = convertPaddleModel(writeExport(paddleCase, format, folder));
    await expect(converting).rejects.toMatchObject({
      code: 'OPERATOR_UNSUPPORTED',
      message: expect.stringMatching(REFUSED.get(paddleCase.id)!) as string,
    });
  });
});
