import type { Labels } from '../../config/labels.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { ClassificationResult, ClassScore } from '../../contracts/results.js';
import type { Tensor } from '../../contracts/tensor.js';
import { topIndices } from '../../ops/topk.js';
import { requireFinite } from '../require-finite.js';
import type { ClasPostprocessing } from './config.js';

/** Scores `[N, classes]` (further dimensions of 1 allowed) to classes, best first. */
export class ClasPostprocessor implements Postprocessor<undefined, ClassificationResult> {
  constructor(
    private readonly how: ClasPostprocessing,
    private readonly labels: Labels,
    private readonly outputName: string,
  ) {}

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly undefined[]): ClassificationResult[] {
    const output = outputs[this.outputName];
    if (output?.type !== 'float32' || output.dims.length < 2) {
      const found = output ? `${output.type} [${output.dims.join(', ')}]` : 'nothing';
      const message = `expected float32 scores [N, classes] from output ${this.outputName} but found ${found}`;
      throw new FdeployError('RESULT_INVALID', message, { found });
    }
    const classes = output.data.length / output.dims[0]!;
    return contexts.map((_, i) => ({
      classes: this.classesOf(output.data.subarray(i * classes, (i + 1) * classes)),
    }));
  }

  private classesOf(scores: Float32Array): ClassScore[] {
    const { how } = this;
    requireFinite(scores, `output ${this.outputName}`);
    switch (how.kind) {
      case 'topk':
        return topIndices(scores, how.topk).map((id) => this.score(id, scores[id]!));
      case 'binary-threshold': {
        const score = scores[1]!;
        return [score < how.threshold ? this.score(0, 1 - score) : this.score(1, score)];
      }
      case 'best-above-threshold': {
        const [best = 0] = topIndices(scores, 1);
        const id = scores[best]! > how.threshold ? best : Math.min(how.fallback, scores.length - 1);
        return [this.score(id, scores[id]!)];
      }
      case 'multi-label':
        return topIndices(scores, scores.length)
          .filter((id) => scores[id]! >= (how.thresholds[id] ?? how.fallback))
          .map((id) => this.score(id, scores[id]!));
    }
  }

  private score(id: number, score: number): ClassScore {
    return { id, label: this.labels[id] ?? null, score };
  }
}
