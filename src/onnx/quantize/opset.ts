import { intsOf, isOperator, type Graph } from '../graph/index.js';
import { DATA_TYPE, type OnnxNode } from '../types.js';
import { TableMismatch } from './table.js';

/** The first version of ONNX's operator set that has convolutions in int8. */
const FIRST_WITH_INT8 = 10;
/** Operators of version 9 that version 10 does not have, or has in another form. */
const CHANGED = ['Upsample', 'TopK'];

/**
 * Raises a network of version 9 to version 10, in which Slice takes its range as inputs.
 * @throws TableMismatch if the version is older, or an operator of it has no counterpart
 */
export function raiseOpset(graph: Graph): void {
  if (graph.opset >= FIRST_WITH_INT8) return;
  const withSubgraph = (node: OnnxNode): boolean =>
    node.attribute?.some(({ g, graphs }) => g ?? graphs?.length) ?? false;
  const unfit = graph.nodes.find((node) => isOperator(node, ...CHANGED) || withSubgraph(node));
  if (graph.opset < FIRST_WITH_INT8 - 1 || unfit) {
    throw new TableMismatch(`its operators are of version ${graph.opset}, and int8 needs ${FIRST_WITH_INT8}`);
  }
  for (const node of graph.nodes)
    if (isOperator(node, 'Slice')) graph.replace([node], [sliceWithInputs(graph, node)]);
  graph.setOpset(FIRST_WITH_INT8);
}

function sliceWithInputs(graph: Graph, node: OnnxNode): OnnxNode {
  const starts = intsOf(node, 'starts') ?? [];
  const lists = [starts, intsOf(node, 'ends') ?? [], intsOf(node, 'axes') ?? starts.map((_, axis) => axis)];
  const names = lists.map((list) =>
    graph.addTensor(`${node.output[0]!}/range`, {
      dims: [list.length],
      dataType: DATA_TYPE.int64,
      int64Data: list,
    }),
  );
  return { ...node, input: [node.input[0]!, ...names], attribute: [] };
}
