import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { Tensor } from '../../contracts/tensor.js';
import { requireFinite } from '../require-finite.js';

/** Which way up a line stands: `angle` is the likelier one, by which it has to be turned to be read. */
export interface LineOrientation {
  readonly angle: 0 | 180;
  readonly score: number;
}

/** Class scores [N, 2] (0 and 180 degrees) to orientations. */
export class OrientationPostprocessor implements Postprocessor<null, LineOrientation> {
  /** @param output name of the network's output */
  constructor(readonly output: string) {}

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly null[]): LineOrientation[] {
    const tensor = outputs[this.output];
    if (tensor?.type !== 'float32' || tensor.dims[1] !== 2 || tensor.data.length < 2 * contexts.length) {
      const found = tensor ? `${tensor.type} [${tensor.dims.join(', ')}]` : 'nothing';
      const message = `line orientation gave ${found} where scores of 2 classes were expected`;
      throw new FdeployError('RESULT_INVALID', message, { found });
    }
    const { data } = tensor;
    requireFinite(data.subarray(0, 2 * contexts.length), `output ${this.output} of line orientation`);
    return contexts.map((_, i) => {
      const upright = data[2 * i]!;
      const turned = data[2 * i + 1]!;
      return turned > upright ? { angle: 180, score: turned } : { angle: 0, score: upright };
    });
  }
}
