import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { DetectedObject, DetectionResult } from '../../contracts/results.js';
import type { Tensor } from '../../contracts/tensor.js';
import { notFinite } from '../require-finite.js';
import type { DetPostprocessing, FoundBox } from './found.js';
import { readInstances } from './instances.js';
import { requireOutputForm, type OutputForm } from './outputs.js';
import { readRows } from './rows.js';
import { suppressCandidates, suppressHeads, suppressJoined } from './suppress.js';
import type { DetContext } from './preprocess.js';

/** @throws FdeployError RESULT_INVALID if a value is NaN or infinite */
function requireNumbers(...values: number[]): void {
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw notFinite('a row', bad);
}

/** Network outputs of any known form to objects. */
export class DetPostprocessor implements Postprocessor<DetContext, DetectionResult> {
  private form: OutputForm | undefined;

  constructor(private readonly settings: DetPostprocessing) {
    this.form = settings.form;
  }

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly DetContext[]): DetectionResult[] {
    this.form ??= this.formOf(outputs);
    return this.read(this.form, outputs, contexts).map((boxes, i) => ({
      objects: this.objects(boxes, contexts[i]!),
    }));
  }

  private formOf(outputs: Readonly<Record<string, Tensor>>): OutputForm {
    const { labels, source, arch } = this.settings;
    const shapes = Object.entries(outputs).map(([name, { type, dims }]) => ({ name, type, dims }));
    return requireOutputForm(shapes, labels.length, source, arch)!;
  }

  private read(
    form: OutputForm,
    outputs: Readonly<Record<string, Tensor>>,
    contexts: readonly DetContext[],
  ): FoundBox[][] {
    switch (form.kind) {
      case 'rows':
        return readRows(form, outputs, contexts, this.settings.relative);
      case 'candidates':
        return suppressCandidates(form, outputs, contexts, this.settings);
      case 'joined':
        return suppressJoined(form, outputs, contexts, this.settings);
      case 'heads':
        return suppressHeads(form, outputs, contexts, this.settings);
      case 'instances':
        return [readInstances(form, outputs, contexts[0]!)];
    }
  }

  /** Objects of the picture from its boxes, best first; filler rows (class -1 or score 0) and empty boxes are left out. */
  private objects(found: readonly FoundBox[], { width, height }: DetContext): DetectedObject[] {
    const threshold = Math.fround(this.settings.threshold);
    const { classes } = this.settings;
    const objects: DetectedObject[] = [];
    for (const { id, score, box, mask } of found) {
      if (id < 0) continue;
      requireNumbers(id, score);
      if (score < threshold || score <= 0) continue;
      if (classes && !classes.includes(id)) continue;
      requireNumbers(...box);
      const clipped = box.map((value, i) => Math.min(Math.max(value, 0), i % 2 === 0 ? width : height));
      const [x0, y0, x1, y1] = clipped as DetectedObject['box'];
      if (x1 <= x0 || y1 <= y0) continue;
      objects.push({
        id,
        label: this.label(id),
        score,
        box: [x0, y0, x1, y1],
        ...(mask && { mask: mask() }),
      });
    }
    return objects.sort((a, b) => b.score - a.score);
  }

  /** @throws FdeployError RESULT_INVALID if the id lies past the end of the list of labels */
  private label(id: number): string | null {
    const { labels, source } = this.settings;
    if (labels.length === 0) return null;
    if (id < labels.length) return labels[id] ?? null;
    const message = `${source} returned class ${id}, but its config has only ${labels.length} labels`;
    throw new FdeployError('RESULT_INVALID', message, {
      file: source,
      expected: `a class below ${labels.length}`,
      found: String(id),
    });
  }
}
