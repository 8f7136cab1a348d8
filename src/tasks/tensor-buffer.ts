import { release } from '../images/release.js';

/** A buffer for a network's input that grows to the largest one and is used again: each use ends the last one. */
export class TensorBuffer {
  #buffer = new Float32Array(0);

  take(length: number): Float32Array {
    if (this.#buffer.length < length) {
      release(this.#buffer);
      this.#buffer = new Float32Array(length);
    }
    return this.#buffer.subarray(0, length);
  }
}
