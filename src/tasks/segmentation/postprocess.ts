import type { Labels } from '../../config/labels.js';
import { FdeployError } from '../../contracts/errors.js';
import type { Postprocessor } from '../../contracts/model.js';
import type { Segment, SegmentationResult } from '../../contracts/results.js';
import type { Tensor } from '../../contracts/tensor.js';
import { argmaxPlanes, resizeLabels, type MapSize } from '../../ops/label-map.js';
import { labelCounts, labelRuns } from '../../ops/runs.js';
import { argmaxResized } from '../../ops/score-maps.js';
import { requireFinite } from '../require-finite.js';
import { labelMap } from './label-tensor.js';
import { holdsLabels } from './outputs.js';
import type { SegContext } from './preprocess.js';

/** What a segmentation clone makes its maps with: plain data. */
export interface SegPostprocessing {
  output: string;
  labels: Labels;
  /** Resize the scores, then take the best class; else the best class is taken first. */
  scoreMaps: boolean;
  source: string;
}

/** A network's label map or scores to a label map of the picture's size: the padding is cut off first. */
export class SegPostprocessor implements Postprocessor<SegContext, SegmentationResult> {
  constructor(private readonly settings: SegPostprocessing) {}

  run(outputs: Readonly<Record<string, Tensor>>, contexts: readonly SegContext[]): SegmentationResult[] {
    const tensor = this.outputOf(outputs);
    const map = { width: tensor.dims.at(-1)!, height: tensor.dims.at(-2)! };
    return contexts.map((context, i) => {
      const used = usedPart(map, context);
      const size = { width: context.width, height: context.height };
      const labels = holdsLabels(tensor)
        ? resizeLabels(labelsAt(tensor, map, i), map.width, used, size)
        : this.fromScores(tensor, map, used, size, i);
      return {
        segments: this.segments(labels),
        mask: { ...size, runs: labelRuns(labels) },
      };
    });
  }

  /** @throws FdeployError RESULT_INVALID */
  private outputOf(outputs: Readonly<Record<string, Tensor>>): Tensor {
    const { output, source } = this.settings;
    const tensor = outputs[output];
    if (tensor?.dims.length === 3 || tensor?.dims.length === 4) return tensor;
    const found = tensor ? `[${tensor.dims.join(', ')}]` : 'nothing';
    const message = `expected maps of rank 3 or 4 from output ${output} of ${source} but found ${found}`;
    throw new FdeployError('RESULT_INVALID', message, { file: source, found });
  }

  private fromScores(
    tensor: Tensor,
    map: MapSize,
    used: MapSize,
    size: MapSize,
    i: number,
  ): Uint8Array | Uint16Array {
    if (tensor.type !== 'float32') {
      const message = `expected float32 scores from output ${this.settings.output} but found ${tensor.type}`;
      throw new FdeployError('RESULT_INVALID', message, { expected: 'float32', found: tensor.type });
    }
    const classes = tensor.dims[1]!;
    const pixels = map.width * map.height;
    const scores = tensor.data.subarray(i * classes * pixels, (i + 1) * classes * pixels);
    requireFinite(scores, `output ${this.settings.output} of ${this.settings.source}`);
    if (this.settings.scoreMaps) return argmaxResized(scores, classes, map, used, size);
    return resizeLabels(argmaxPlanes(scores, classes, pixels), map.width, used, size);
  }

  /** The classes of a map, largest first; of equal ones the lower id. */
  private segments(labels: Uint8Array | Uint16Array): Segment[] {
    return [...labelCounts(labels)]
      .map(([id, pixels]) => ({
        id,
        label: this.settings.labels[id] ?? null,
        pixels,
        share: pixels / labels.length,
      }))
      .sort((a, b) => b.pixels - a.pixels || a.id - b.id);
  }
}

function labelsAt(tensor: Tensor, { width, height }: MapSize, i: number): Uint8Array | Uint16Array {
  return labelMap(tensor, i * width * height, width * height);
}

/** The picture's part of the map, which may be smaller than the network's input. */
function usedPart({ width, height }: MapSize, { usedX, usedY }: SegContext): MapSize {
  return { width: Math.max(1, Math.round(width * usedX)), height: Math.max(1, Math.round(height * usedY)) };
}
