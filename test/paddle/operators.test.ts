import { convertPaddleModel } from 'fdeploy';
import { differences, formatsOf, paddleCases, writeExport } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();

/**
 * Programs of one or a few operators, written by Paddle 2.6.2 (old) and 3.2.2 (pir), with Paddle's outputs; the variants
 * are the same operators with other attributes, layouts and free dimensions.
 */
describe.each([...paddleCases('operators'), ...paddleCases('variants')])('$id', (paddleCase) => {
  test.each(formatsOf(paddleCase))('%s', async (format) => {
    const converted = await convertPaddleModel(writeExport(paddleCase, format, folder));
    const tolerance = { absolute: paddleCase.tolerance, relative: 1e-4 };
    expect(await differences(paddleCase, format, converted, tolerance)).toEqual([]);
  });
});
