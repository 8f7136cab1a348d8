import type { InputBuffer } from '../contracts/model.js';
import { release } from '../images/release.js';

/** A buffer for a network's input that grows to the largest one and is used again. */
export class TensorBuffer implements InputBuffer {
  #buffer = new Float32Array(0);

  take(length: number): Float32Array {
    if (this.#buffer.length < length) {
      release(this.#buffer);
      this.#buffer = new Float32Array(length);
    }
    return this.#buffer.subarray(0, length);
  }
}
