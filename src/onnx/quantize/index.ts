/** int8: a float network and a table of ranges give a network with QuantizeLinear and DequantizeLinear. */
export { channelsOf, quantizeGraph } from './emit.js';
export { int8Layers, layersOf, storedTensors, type Layer, type Weights } from './layers.js';
export { quantizeWeights, uint8Parameters } from './numbers.js';
export { raiseOpset } from './opset.js';
export { quantizeFile } from './quantize-file.js';
export { readTableFile, TABLE_FILE, tableFile, type NamedTable, type TableFile } from './table-file.js';
export { TableMismatch, type NetworkTable, type Range } from './table.js';
