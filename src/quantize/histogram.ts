import type { Range } from '../onnx/quantize/index.js';

const BINS = 4096;
const HALF = BINS / 2;
const STEPS = 255;
/** Shares of the values that may lie outside of a range, on each side. */
const CUT_SHARES = [1e-5, 1e-4, 1e-3] as const;

/** Values of a tensor: their range, and how many lie where. The histogram widens with the values. */
export class Histogram {
  min = Infinity;
  max = -Infinity;
  #limit = 2 ** -20;
  #bins = new Float64Array(BINS);
  #count = 0;

  add(values: ArrayLike<number>): void {
    let [low, high] = [this.min, this.max];
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    this.min = low;
    this.max = high;
    while (Math.max(-low, high) >= this.#limit && this.#limit < 2 ** 100) this.#widen();
    const scale = HALF / this.#limit;
    const bins = this.#bins;
    for (let i = 0; i < values.length; i++) bins[HALF + Math.floor(values[i]! * scale)]! += 1;
    this.#count += values.length;
  }

  /** The range with the least squared error of uint8 values: all values, or without the outermost. */
  bestRange(): { range: Range; method: string } {
    let best = { range: [this.min, this.max] as Range, method: 'minimum and maximum' };
    let least = this.#error(best.range);
    for (const share of CUT_SHARES) {
      const range = this.#without(share);
      const error = this.#error(range);
      if (error >= least) continue;
      least = error;
      best = { range, method: `percentile ${100 - 100 * share}` };
    }
    return best;
  }

  #widen(): void {
    const wider = new Float64Array(BINS);
    for (let k = 0; k < BINS; k++) wider[HALF + Math.floor((k - HALF) / 2)]! += this.#bins[k]!;
    this.#bins = wider;
    this.#limit *= 2;
  }

  #edge = (k: number): number => ((k - HALF) / HALF) * this.#limit;

  #without(share: number): Range {
    const out = share * this.#count;
    let [first, last] = [0, BINS - 1];
    for (let seen = 0; first < HALF && seen + this.#bins[first]! <= out; first++) seen += this.#bins[first]!;
    for (let seen = 0; last > HALF && seen + this.#bins[last]! <= out; last--) seen += this.#bins[last]!;
    return [Math.max(this.min, this.#edge(first)), Math.min(this.max, this.#edge(last + 1))];
  }

  #error([min, max]: Range): number {
    const [low, high] = [Math.min(min, 0), Math.max(max, 0)];
    const rounding = ((high - low) / STEPS) ** 2 / 12;
    let sum = 0;
    for (let k = 0; k < BINS; k++) {
      const count = this.#bins[k]!;
      if (count === 0 || k === HALF) continue; // 0 is exact
      const value = this.#edge(k + 0.5);
      const beyond = value < low ? low - value : value > high ? value - high : 0;
      sum += count * (beyond === 0 ? rounding : beyond ** 2);
    }
    return sum;
  }
}
