import { convertPaddleModel } from 'fdeploy';
import { differences, formatsOf, paddleCases, writeExport } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();

/** Small networks quantised by paddle.quantization, with the outputs of Paddle's executor. */
describe.each(paddleCases('quantized'))('$id', (paddleCase) => {
  test.each(formatsOf(paddleCase))('%s', async (format) => {
    const converted = await convertPaddleModel(writeExport(paddleCase, format, folder));
    // One of 127 steps of the largest output.
    const tolerance = { absolute: paddleCase.tolerance, relative: 0 };
    expect(await differences(paddleCase, format, converted, tolerance)).toEqual([]);
  });
});
