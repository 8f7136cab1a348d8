/** The graph of an ONNX model for those that rewrite it. */
export * from './attributes.js';
export { Graph, namesIn } from './graph.js';
export type { Shape } from './shape.js';
export { float64s, sizeOf, type FloatTensor } from './tensors.js';
export { readGraph, readInOnePiece, writeGraph } from './file.js';
