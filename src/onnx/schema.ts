/**
 * ONNX's messages (onnx.proto, IR version 10) as a protobufjs namespace. Every field is listed, those that nobody here
 * reads too, so that a decoded model can be written back whole. Field names are camelCase.
 */
type Rule = 'one' | 'many' | 'packed';
type FieldRow = readonly [name: string, id: number, type: string, rule?: Rule];

const MESSAGES: Readonly<Record<string, readonly FieldRow[]>> = {
  ModelProto: [
    ['irVersion', 1, 'int64'],
    ['producerName', 2, 'string'],
    ['producerVersion', 3, 'string'],
    ['domain', 4, 'string'],
    ['modelVersion', 5, 'int64'],
    ['docString', 6, 'string'],
    ['graph', 7, 'GraphProto'],
    ['opsetImport', 8, 'OperatorSetIdProto', 'many'],
    ['metadataProps', 14, 'StringStringEntryProto', 'many'],
    ['trainingInfo', 20, 'TrainingInfoProto', 'many'],
    ['functions', 25, 'FunctionProto', 'many'],
    ['configuration', 26, 'DeviceConfigurationProto', 'many'],
  ],
  GraphProto: [
    ['node', 1, 'NodeProto', 'many'],
    ['name', 2, 'string'],
    ['initializer', 5, 'TensorProto', 'many'],
    ['docString', 10, 'string'],
    ['input', 11, 'ValueInfoProto', 'many'],
    ['output', 12, 'ValueInfoProto', 'many'],
    ['valueInfo', 13, 'ValueInfoProto', 'many'],
    ['quantizationAnnotation', 14, 'TensorAnnotation', 'many'],
    ['sparseInitializer', 15, 'SparseTensorProto', 'many'],
    ['metadataProps', 16, 'StringStringEntryProto', 'many'],
  ],
  NodeProto: [
    ['input', 1, 'string', 'many'],
    ['output', 2, 'string', 'many'],
    ['name', 3, 'string'],
    ['opType', 4, 'string'],
    ['attribute', 5, 'AttributeProto', 'many'],
    ['docString', 6, 'string'],
    ['domain', 7, 'string'],
    ['overload', 8, 'string'],
    ['metadataProps', 9, 'StringStringEntryProto', 'many'],
    ['deviceConfigurations', 10, 'NodeDeviceConfigurationProto', 'many'],
  ],
  AttributeProto: [
    ['name', 1, 'string'],
    ['f', 2, 'float'],
    ['i', 3, 'int64'],
    ['s', 4, 'bytes'],
    ['t', 5, 'TensorProto'],
    ['g', 6, 'GraphProto'],
    ['floats', 7, 'float', 'many'],
    ['ints', 8, 'int64', 'many'],
    ['strings', 9, 'bytes', 'many'],
    ['tensors', 10, 'TensorProto', 'many'],
    ['graphs', 11, 'GraphProto', 'many'],
    ['docString', 13, 'string'],
    ['tp', 14, 'TypeProto'],
    ['typeProtos', 15, 'TypeProto', 'many'],
    ['type', 20, 'int32'],
    ['refAttrName', 21, 'string'],
    ['sparseTensor', 22, 'SparseTensorProto'],
    ['sparseTensors', 23, 'SparseTensorProto', 'many'],
  ],
  TensorProto: [
    ['dims', 1, 'int64', 'many'],
    ['dataType', 2, 'int32'],
    ['segment', 3, 'SegmentProto'],
    ['floatData', 4, 'float', 'packed'],
    ['int32Data', 5, 'int32', 'packed'],
    ['stringData', 6, 'bytes', 'many'],
    ['int64Data', 7, 'int64', 'packed'],
    ['name', 8, 'string'],
    ['rawData', 9, 'bytes'],
    ['doubleData', 10, 'double', 'packed'],
    ['uint64Data', 11, 'uint64', 'packed'],
    ['docString', 12, 'string'],
    ['externalData', 13, 'StringStringEntryProto', 'many'],
    ['dataLocation', 14, 'int32'],
    ['metadataProps', 16, 'StringStringEntryProto', 'many'],
  ],
  SegmentProto: [
    ['begin', 1, 'int64'],
    ['end', 2, 'int64'],
  ],
  SparseTensorProto: [
    ['values', 1, 'TensorProto'],
    ['indices', 2, 'TensorProto'],
    ['dims', 3, 'int64', 'many'],
  ],
  ValueInfoProto: [
    ['name', 1, 'string'],
    ['type', 2, 'TypeProto'],
    ['docString', 3, 'string'],
    ['metadataProps', 4, 'StringStringEntryProto', 'many'],
  ],
  TypeProto: [
    ['tensorType', 1, 'TensorTypeProto'],
    ['sequenceType', 4, 'SequenceTypeProto'],
    ['mapType', 5, 'MapTypeProto'],
    ['denotation', 6, 'string'],
    ['opaqueType', 7, 'OpaqueTypeProto'],
    ['sparseTensorType', 8, 'TensorTypeProto'],
    ['optionalType', 9, 'SequenceTypeProto'],
  ],
  TensorTypeProto: [
    ['elemType', 1, 'int32'],
    ['shape', 2, 'TensorShapeProto'],
  ],
  SequenceTypeProto: [['elemType', 1, 'TypeProto']],
  MapTypeProto: [
    ['keyType', 1, 'int32'],
    ['valueType', 2, 'TypeProto'],
  ],
  OpaqueTypeProto: [
    ['domain', 1, 'string'],
    ['name', 2, 'string'],
  ],
  TensorShapeProto: [['dim', 1, 'DimensionProto', 'many']],
  DimensionProto: [
    ['dimValue', 1, 'int64'],
    ['dimParam', 2, 'string'],
    ['denotation', 3, 'string'],
  ],
  OperatorSetIdProto: [
    ['domain', 1, 'string'],
    ['version', 2, 'int64'],
  ],
  StringStringEntryProto: [
    ['key', 1, 'string'],
    ['value', 2, 'string'],
  ],
  TensorAnnotation: [
    ['tensorName', 1, 'string'],
    ['quantParameterTensorNames', 2, 'StringStringEntryProto', 'many'],
  ],
  TrainingInfoProto: [
    ['initialization', 1, 'GraphProto'],
    ['algorithm', 2, 'GraphProto'],
    ['initializationBinding', 3, 'StringStringEntryProto', 'many'],
    ['updateBinding', 4, 'StringStringEntryProto', 'many'],
  ],
  FunctionProto: [
    ['name', 1, 'string'],
    ['input', 4, 'string', 'many'],
    ['output', 5, 'string', 'many'],
    ['attribute', 6, 'string', 'many'],
    ['node', 7, 'NodeProto', 'many'],
    ['docString', 8, 'string'],
    ['opsetImport', 9, 'OperatorSetIdProto', 'many'],
    ['domain', 10, 'string'],
    ['attributeProto', 11, 'AttributeProto', 'many'],
    ['valueInfo', 12, 'ValueInfoProto', 'many'],
    ['overload', 13, 'string'],
    ['metadataProps', 14, 'StringStringEntryProto', 'many'],
  ],
  DeviceConfigurationProto: [
    ['name', 1, 'string'],
    ['numDevices', 2, 'int32'],
    ['device', 3, 'string', 'many'],
  ],
  NodeDeviceConfigurationProto: [
    ['configurationId', 1, 'string'],
    ['shardingSpec', 2, 'bytes', 'many'],
    ['pipelineStage', 3, 'int32'],
  ],
};

interface FieldJson {
  id: number;
  type: string;
  rule?: string;
  options?: { packed: boolean };
}

function field([, id, type, rule = 'one']: FieldRow): FieldJson {
  if (rule === 'one') return { id, type };
  return { id, type, rule: 'repeated', options: { packed: rule === 'packed' } };
}

/** The schema in the form that protobufjs' `Root.fromJSON` takes; proto2, as a written 0 differs from a field left out. */
export const ONNX_SCHEMA = {
  nested: Object.fromEntries(
    Object.entries(MESSAGES).map(([name, rows]) => [
      name,
      { edition: 'proto2', fields: Object.fromEntries(rows.map((row) => [row[0], field(row)])) },
    ]),
  ),
};
