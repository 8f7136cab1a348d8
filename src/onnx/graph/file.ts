import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../files/make-folder.js';
import { decodeModel, encodeModel } from '../proto.js';
import { DATA_LOCATION, type OnnxGraph, type OnnxModel, type OnnxTensor } from '../types.js';
import { Graph } from './graph.js';

/** Reads an ONNX file; tensors in files beside it are read when they are asked for. @throws what the file system or protobufjs throws */
export function readGraph(file: string): Graph {
  const folder = path.dirname(path.resolve(file));
  return new Graph(decodeModel(readFileSync(file)), (tensor) => readRange(folder, tensor));
}

/**
 * Writes a graph into a folder of its own; files that hold tensors which are still used are copied there, so that the
 * model finds them beside it.
 * @param source the file that the graph was read from
 */
export async function writeGraph(graph: Graph, source: string, folder: string): Promise<string> {
  const model = graph.toModel();
  const file = path.join(folder, 'model.onnx');
  makeFolder(folder);
  for (const location of locationsIn(model)) {
    const target = path.join(folder, location);
    makeFolder(path.dirname(target));
    await copyFile(path.join(path.dirname(source), location), target, constants.COPYFILE_FICLONE);
  }
  await writeFile(file, encodeModel(model));
  return file;
}

/**
 * The bytes of an ONNX file that holds all tensors, those too that lie in files beside it.
 * @throws what the file system or protobufjs throws; RangeError above protobuf's 2 GiB
 */
export function readInOnePiece(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const model = decodeModel(bytes);
  if (locationsIn(model).size === 0) return bytes;
  const folder = path.dirname(path.resolve(file));
  eachTensor(model.graph, (tensor) => {
    if (tensor.dataLocation !== DATA_LOCATION.external) return;
    tensor.rawData = readRange(folder, tensor);
    delete tensor.dataLocation;
    delete tensor.externalData;
  });
  return encodeModel(model);
}

const entryOf = ({ externalData }: OnnxTensor, wanted: string): string | undefined =>
  externalData?.find(({ key }) => key === wanted)?.value;

/** onnxruntime refuses files outside of the model's folder; they are nobody's here either. */
function isInside(location: string): boolean {
  const normal = path.normalize(location);
  return !path.isAbsolute(normal) && normal.split(path.sep)[0] !== '..';
}

/** Nothing where the file does not hold what the tensor says. */
function readRange(folder: string, tensor: OnnxTensor): Uint8Array {
  const location = entryOf(tensor, 'location') ?? '';
  const length = Number(entryOf(tensor, 'length') ?? NaN);
  if (!isInside(location) || !(length >= 0)) return new Uint8Array();
  const bytes = new Uint8Array(length);
  const descriptor = openSync(path.join(folder, location), 'r');
  try {
    const count = readSync(descriptor, bytes, 0, length, Number(entryOf(tensor, 'offset') ?? 0));
    return bytes.subarray(0, count);
  } finally {
    closeSync(descriptor);
  }
}

function locationsIn({ graph }: OnnxModel): Set<string> {
  const found = new Set<string>();
  eachTensor(graph, (tensor) => {
    const location = entryOf(tensor, 'location');
    if (tensor.dataLocation === DATA_LOCATION.external && location !== undefined && isInside(location))
      found.add(location);
  });
  return found;
}

/** The initialisers and the tensors in attributes, those of subgraphs too. */
function eachTensor({ initializer = [], node }: OnnxGraph, see: (tensor: OnnxTensor) => void): void {
  for (const tensor of initializer) see(tensor);
  for (const { attribute = [] } of node)
    for (const { t, tensors = [], g, graphs = [] } of attribute) {
      for (const tensor of t ? [t, ...tensors] : tensors) see(tensor);
      for (const inner of g ? [g, ...graphs] : graphs) eachTensor(inner, see);
    }
}
