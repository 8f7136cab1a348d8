import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { Tensor } from '../../contracts/tensor.js';
import { bestSteps, lettersOf, spell } from '../../ops/ctc.js';
import { requireFinite } from '../require-finite.js';
import type { InputColumns, Letter, PlacedSteps, Reading } from './reading.js';
import { columnMarks } from './vertical-text.js';

/** Class scores [N, steps, classes] to texts. */
export class RecognitionPostprocessor implements Postprocessor<InputColumns, Reading> {
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

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly InputColumns[]): Reading[] {
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
    return contexts.map((columns, i) => {
      const at = Float32Array.from({ length: steps! }, (_, step) => ((step + 0.5) * columns) / steps!);
      return this.read({ ...bestSteps(tensor.data, i * size, steps!, classes), at });
    });
  }

  /** The text of time steps that were put together. */
  read(steps: PlacedSteps): Reading {
    return { ...spell(steps, this.#characters), steps };
  }

  /** The characters of a reading, in the order of its text. */
  letters({ steps, isColumn }: Reading): Letter[] {
    return lettersOf(steps, this.#characters).map(({ character, score, from, to }) => ({
      character: isColumn ? columnMarks(character) : character,
      score,
      at: (steps.at[from]! + steps.at[to - 1]!) / 2,
    }));
  }
}
