import { open, readFile, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { decodeMessage, encodeMessage } from '../../../../onnx/proto.js';
import type { OnnxEntry, OnnxGraph, OnnxTensor } from '../../../../onnx/proto.js';

/** Alignment that onnxruntime's kernels require of weights. */
const ALIGNMENT = 64;
const PAGE = 4096;
/** Blobs of at least this length start on a page boundary. */
const LARGE = 16 * PAGE;
const CHUNK = 1 << 20;

/** A model and the file of its weights. */
export interface ModelFiles {
  model: string;
  weights: string;
  /** The name of the weights' file in the model. */
  location: string;
}

/** Thrown if the weights' file is too short: the disk was full, and onnxruntime did not report it. */
export class IncompleteWeights extends Error {}

/**
 * Aligns a model's external weights to 64 bytes (large ones to pages) and writes the model with the new offsets. onnxruntime
 * does not align blobs below 1 MiB, and an unaligned pre-packed one crashes the first run.
 * @throws IncompleteWeights; what the file system throws
 */
export async function alignWeights(from: ModelFiles, to: ModelFiles): Promise<void> {
  const message = decodeMessage(await readFile(from.model));
  for (const graph of graphsOf(message.graph)) graph.initializer = lastOfEachName(graph.initializer ?? []);
  const source = await open(from.weights, 'r');
  const target = await open(to.weights, 'w');
  try {
    const mover = new BlobMover(source, target, (await source.stat()).size);
    for (const tensor of tensorsOf(message.graph)) {
      for (const entries of externalGroups(tensor)) await moveTensor(entries, mover, to.location);
    }
    await target.sync();
  } finally {
    await source.close();
    await target.close();
  }
  await writeFile(to.model, encodeMessage(message), { flush: true });
}

/** A graph and its subgraphs. */
function* graphsOf(graph: OnnxGraph | null): Generator<OnnxGraph> {
  if (!graph) return;
  yield graph;
  for (const { attribute } of graph.node) {
    for (const { g, graphs } of attribute ?? []) {
      if (g) yield* graphsOf(g);
      for (const inner of graphs ?? []) yield* graphsOf(inner);
    }
  }
}

/** onnxruntime writes the weights of a branch twice: unchanged, and then in shared form. It cannot open such a file. */
function lastOfEachName(tensors: readonly OnnxTensor[]): OnnxTensor[] {
  return [...new Map(tensors.map((tensor) => [tensor.name, tensor])).values()];
}

/** All tensors that may have external data, including those of subgraphs. */
function* tensorsOf(whole: OnnxGraph | null): Generator<OnnxTensor> {
  for (const graph of graphsOf(whole)) {
    yield* graph.initializer ?? [];
    for (const { attribute } of graph.node) {
      for (const { t, tensors } of attribute ?? []) {
        if (t) yield t;
        yield* tensors ?? [];
      }
    }
  }
}

function* externalGroups(tensor: OnnxTensor): Generator<OnnxEntry[]> {
  if (tensor.externalData && tensor.externalData.length > 0) yield tensor.externalData;
}

/** Rewrites `location`, `offset` and `prepacked_N` = `key|offset;length;hash|offset;length;hash...`. */
async function moveTensor(entries: OnnxEntry[], mover: BlobMover, location: string): Promise<void> {
  const length = Number(entries.find(({ key }) => key === 'length')?.value);
  for (const entry of entries) {
    if (entry.key === 'location') entry.value = location;
    else if (entry.key === 'offset') entry.value = String(await mover.move(Number(entry.value), length));
    else if (entry.key.startsWith('prepacked_')) entry.value = await movePrepacked(entry.value, mover);
  }
}

async function movePrepacked(value: string, mover: BlobMover): Promise<string> {
  const [key, ...blobs] = value.split('|');
  const moved: string[] = [];
  for (const blob of blobs) {
    const [offset, length, ...rest] = blob.split(';');
    moved.push([await mover.move(Number(offset), Number(length)), length, ...rest].join(';'));
  }
  return [key, ...moved].join('|');
}

/** Copies blobs one after the other, each with the alignment for its size. */
class BlobMover {
  readonly #source: FileHandle;
  readonly #target: FileHandle;
  readonly #size: number;
  readonly #chunk = Buffer.allocUnsafe(CHUNK);
  #end = 0;

  constructor(source: FileHandle, target: FileHandle, size: number) {
    this.#source = source;
    this.#target = target;
    this.#size = size;
  }

  /** @returns the blob's offset in the target */
  async move(offset: number, length: number): Promise<number> {
    if (!(offset + length <= this.#size)) {
      throw new IncompleteWeights(`the weights end at ${this.#size}, not at ${offset + length}`);
    }
    const step = length >= LARGE ? PAGE : ALIGNMENT;
    const start = Math.ceil(this.#end / step) * step;
    for (let done = 0; done < length;) {
      const wanted = Math.min(CHUNK, length - done);
      const { bytesRead } = await this.#source.read(this.#chunk, 0, wanted, offset + done);
      if (bytesRead === 0) throw new IncompleteWeights('the weights end early');
      await writeAll(this.#target, this.#chunk.subarray(0, bytesRead), start + done);
      done += bytesRead;
    }
    this.#end = start + length;
    return start;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}
