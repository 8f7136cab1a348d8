import { convertPaddleModel } from 'fdeploy';
import { differences, formatsOf, paddleCases, writeExport } from '../support/paddle-cases.js';
import { tempFolder } from '../support/temp.js';

const folder = tempFolder();

/** Shrunken official architectures (SVTR recognition, PicoDet with NMS, ViT) with Paddle's outputs. */
describe.each(paddleCases('architectures'))('$id', (paddleCase) => {
  test.each(formatsOf(paddleCase))('%s', async (format) => {
    const converted = await convertPaddleModel(writeExport(paddleCase, format, folder));
    const tolerance = { absolute: 1e-4, relative: 1e-3 };
    expect(await differences(paddleCase, format, converted, tolerance)).toEqual([]);
  });
});

/** SLANet and the heads like it: what one step of the loop gives is what the next one starts from. */
describe.each(paddleCases('table-recognition'))('$id', (paddleCase) => {
  test.each(formatsOf(paddleCase))('%s', async (format) => {
    const converted = await convertPaddleModel(writeExport(paddleCase, format, folder));
    const tolerance = { absolute: paddleCase.tolerance, relative: 0 };
    expect(await differences(paddleCase, format, converted, tolerance)).toEqual([]);
  });
});
