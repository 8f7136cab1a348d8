import { readSync, closeSync } from 'node:fs';
import { openNetworkFile } from '../files/network-file.js';

const WINDOW = 1 << 16;

/** One field of a protobuf message in a file; `start` and `end` bound its value. */
export interface WireField {
  id: number;
  wireType: number;
  tagStart: number;
  start: number;
  end: number;
}

/** Thrown where a file holds no protobuf, or ends in the middle of one. */
export class WireError extends Error {
  /** true: a value extends past the end of the file. */
  readonly truncated: boolean;
  constructor(truncated: boolean) {
    super(truncated ? 'a value extends past the end of the file' : 'no protobuf message');
    this.truncated = truncated;
  }
}

/** Walks the fields of protobuf messages in a file of any size, holding 64 KiB of it. */
export class ProtobufFile {
  readonly size: number;
  readonly #descriptor: number;
  readonly #window = Buffer.allocUnsafe(WINDOW);
  #windowStart = 0;
  #windowEnd = 0;
  #position = 0;

  /** @throws FdeployError MODEL_NOT_FOUND, MODEL_INVALID if there is no such file */
  constructor(file: string) {
    const { descriptor, stats } = openNetworkFile(file);
    this.#descriptor = descriptor;
    this.size = stats.size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** The bytes from `start` to before `end`, copied. */
  bytes(start: number, end: number): Buffer {
    if (end > this.size) throw new WireError(true);
    const bytes = Buffer.allocUnsafe(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(this.#descriptor, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) throw new WireError(true);
      filled += count;
    }
    return bytes;
  }

  /** The fields of the message from `start` to before `end`, in the file's order, groups excepted. */
  *fields(start = 0, end = this.size): Generator<WireField> {
    let next = start;
    while (next < end) {
      this.#position = next;
      const tag = this.#varint();
      const field = { id: Math.floor(tag / 8), wireType: tag % 8, tagStart: next, start: 0, end: 0 };
      if (field.id === 0) throw new WireError(false);
      const length = this.#valueLength(field.wireType);
      field.start = this.#position - (field.wireType === 0 ? length : 0);
      field.end = field.start + length;
      if (field.end > end) throw new WireError(field.end > this.size);
      next = field.end;
      yield field;
    }
  }

  /** Of a varint: the bytes it took; it has been read. Of the other types: the bytes that follow. */
  #valueLength(wireType: number): number {
    const start = this.#position;
    switch (wireType) {
      case 0:
        this.#varint();
        return this.#position - start;
      case 1:
        return 8;
      case 2:
        return this.#varint();
      case 5:
        return 4;
      default:
        throw new WireError(false);
    }
  }

  /** Exact up to 2^53, which no tag and no length passes. */
  #varint(): number {
    let value = 0;
    for (let shift = 0, scale = 1; shift < 10; shift++, scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new WireError(false);
  }

  #byte(): number {
    if (this.#position < this.#windowStart || this.#position >= this.#windowEnd) {
      if (this.#position >= this.size) throw new WireError(true);
      this.#windowStart = this.#position;
      const count = readSync(this.#descriptor, this.#window, 0, WINDOW, this.#position);
      this.#windowEnd = this.#windowStart + count;
      if (count === 0) throw new WireError(true);
    }
    return this.#window[this.#position++ - this.#windowStart]!;
  }
}
