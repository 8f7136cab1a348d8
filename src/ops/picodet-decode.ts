import { softmax } from './softmax.js';

/** One level of PicoDet's heads for one picture, rows of cells from the top left. */
export interface PicoDetLevel {
  /** [cells, classes] */
  readonly scores: Float32Array;
  /** [cells, 4 * bins]: distributions over the distances to the left, upper, right and lower edge, in strides */
  readonly distances: Float32Array;
  readonly cells: number;
  readonly stride: number;
}

/** The cells that passed, all levels behind each other. */
export interface DecodedBoxes {
  /** x0, y0, x1, y1 of each, in pixels of the network's input */
  readonly boxes: Float32Array;
  /** [count, classes] */
  readonly scores: Float32Array;
  readonly count: number;
}

/** The numbers of all cells with a score above `threshold` in any class. */
function passing(level: PicoDetLevel, classes: number, threshold: number): Int32Array {
  const cells = new Int32Array(level.cells);
  let count = 0;
  for (let cell = 0, at = 0; cell < level.cells; cell++, at += classes) {
    for (let c = 0; c < classes; c++) {
      if (level.scores[at + c]! > threshold) {
        cells[count++] = cell;
        break;
      }
    }
  }
  return cells.subarray(0, count);
}

/**
 * Boxes of PicoDet's raw heads (distribution focal loss): each edge lies as far from its cell's centre as the mean
 * of the edge's distribution over 0, 1, ... bins - 1, times the stride. Cells without a score above `threshold` are
 * left out, since no suppression would let them pass; -Infinity decodes all.
 * @param inputWidth width of the network's input in pixels; a level has ceil(inputWidth / stride) columns
 */
export function decodePicoDet(
  levels: readonly PicoDetLevel[],
  inputWidth: number,
  classes: number,
  threshold: number,
): DecodedBoxes {
  const passed = levels.map((level) => passing(level, classes, threshold));
  const count = passed.reduce((sum, cells) => sum + cells.length, 0);
  const boxes = new Float32Array(count * 4);
  const scores = new Float32Array(count * classes);
  let box = 0;
  levels.forEach((level, index) => {
    const { stride, distances } = level;
    const columns = Math.ceil(inputWidth / stride);
    const bins = distances.length / level.cells / 4;
    const probabilities = new Float64Array(bins);
    for (const cell of passed[index]!) {
      const x = ((cell % columns) + 0.5) * stride;
      const y = (Math.floor(cell / columns) + 0.5) * stride;
      for (let edge = 0; edge < 4; edge++) {
        softmax(distances, (cell * 4 + edge) * bins, bins, 1, probabilities);
        let mean = 0;
        for (let bin = 0; bin < bins; bin++) mean += probabilities[bin]! * bin;
        const away = edge < 2 ? -mean : mean;
        boxes[box * 4 + edge] = (edge % 2 === 0 ? x : y) + away * stride;
      }
      scores.set(level.scores.subarray(cell * classes, (cell + 1) * classes), box * classes);
      box++;
    }
  });
  return { boxes, scores, count };
}
