import { ProtobufFile } from './file-reader.js';

/** Nodes by operator, such as `Conv`, or `com.microsoft.nchwc.Conv` where it is not ONNX's own. */
export type OperatorCounts = Record<string, number>;

const MODEL = { graph: 7 };
const GRAPH = { node: 1 };
const NODE = { opType: 4, domain: 7 };

/** Counts the nodes of an ONNX file's main graph; nothing else of the file is read. @throws WireError */
export function countOperators(file: string): OperatorCounts {
  const reader = new ProtobufFile(file);
  const counts: OperatorCounts = {};
  try {
    for (const graph of reader.fields()) {
      if (graph.id !== MODEL.graph) continue;
      for (const field of reader.fields(graph.start, graph.end)) {
        if (field.id !== GRAPH.node) continue;
        const name = operatorOf(reader, field.start, field.end);
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    return counts;
  } finally {
    reader.close();
  }
}

function operatorOf(reader: ProtobufFile, start: number, end: number): string {
  let [name, domain] = ['', ''];
  for (const part of reader.fields(start, end)) {
    if (part.id === NODE.opType) name = reader.bytes(part.start, part.end).toString();
    if (part.id === NODE.domain) domain = reader.bytes(part.start, part.end).toString();
  }
  return domain === '' || domain === 'ai.onnx' ? name : `${domain}.${name}`;
}
