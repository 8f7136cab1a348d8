import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { Tensor } from '../../contracts/tensor.js';
import { bestSteps, spell, type CtcSteps, type CtcText } from '../../ops/ctc.js';
import { requireFinite } from '../require-finite.js';

/** A text and the time steps that spell it: as many as the input's columns, divided by the network's stride. */
export interface Reading extends CtcText {
  readonly steps: CtcSteps;
}

/** Class scores [N, steps, classes] to texts. */
export class RecognitionPostprocessor implements Postprocessor<null, Reading> {
  readonly #characters: readonly string[];

  /**
   * @param dictionary the characters of classes 1, 2, ... joined by newlines
   * @param output name of the network's output
   */
  constructor(
    dictionary: string,
    readonly output: string,
  ) {
    this.#characters = ['', ...dictionary.split('\n')];
  }

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly null[]): Reading[] {
    const tensor = outputs[this.output];
    const classes = this.#characters.length;
    const [count, steps, found] = tensor?.dims ?? [];
    if (tensor?.type !== 'float32' || (count ?? 0) < contexts.length || found !== classes) {
      const shape = tensor ? `${tensor.type} [${tensor.dims.join(', ')}]` : 'nothing';
      const message = `text recognition gave ${shape} where ${classes} classes were expected`;
      throw new FdeployError('RESULT_INVALID', message, { found: shape });
    }
    const size = steps! * classes;
    requireFinite(
      tensor.data.subarray(0, contexts.length * size),
      `output ${this.output} of text recognition`,
    );
    return contexts.map((_, i) => this.read(bestSteps(tensor.data, i * size, steps!, classes)));
  }

  /** The text of time steps that were put together. */
  read(steps: CtcSteps): Reading {
    return { ...spell(steps, this.#characters), steps };
  }
}
