import { DATA_TYPE as ONNX_TYPE } from '../../onnx/types.js';
import type { GraphBuilder } from '../graph/builder.js';
import type { GraphValue } from '../graph/values.js';
import type { OperatorCall } from './call.js';
import { OUT } from './definition.js';
import type { OperatorTable } from './definition.js';

/** Conditions may be [1] in Paddle; ONNX wants them without axes. */
const asCondition = (graph: GraphBuilder, value: GraphValue): GraphValue => {
  const bool = graph.cast(value, 'bool');
  return bool.dims?.length === 0 ? bool : graph.reshape(bool, []);
};

const described = ({ type, sequence }: GraphValue, dims?: readonly number[]) => ({
  type,
  dims,
  ...(sequence && { sequence }),
});

function conditional(op: OperatorCall, graph: GraphBuilder) {
  const [then, otherwise] = op.operator.blocks;
  if (!then || !otherwise) throw op.fail('two blocks', `${op.operator.blocks.length}`);
  const condition = asCondition(graph, op.input('condition'));
  const then_branch = graph.subgraph([], () => op.blocks.convertBlock(then, []));
  const else_branch = graph.subgraph([], () =>
    op.blocks.convertBlock(otherwise, []).map((value, at) => {
      const wanted = then_branch.outputs[at];
      return wanted && !value.sequence ? graph.cast(value, wanted.type) : value;
    }),
  );
  if (then_branch.outputs.length === 0) return { out: [] };
  const results = then_branch.outputs.map((value) => described(value));
  return { out: graph.multi('If', [condition], { then_branch, else_branch }, results) };
}

/** The body gives the next condition, then the values that are carried to the next round. */
function loop(op: OperatorCall, graph: GraphBuilder) {
  const [block] = op.operator.blocks;
  if (!block) throw op.fail('a block', 'none');
  const start = op.list('carried');
  const round = graph.input('round', 'int64', []);
  const going = graph.input('going', 'bool', []);
  const carried = start.map((value, at) => {
    const rank = block.args[at]?.dims?.map(() => -1);
    return graph.input(block.args[at]?.name ?? `carried_${at}`, value.type, rank, value.sequence);
  });
  const body = graph.subgraph([round, going, ...carried], () => {
    const [condition, ...next] = op.blocks.convertBlock(block, carried);
    if (!condition) throw op.fail('a condition that the loop computes', 'none');
    const typed = next.map((value, at) =>
      value.sequence ? value : graph.cast(value, start[at]?.type ?? value.type),
    );
    return [asCondition(graph, condition), ...typed];
  });
  const results = start.map((value, at) => described(value, block.args[at]?.dims?.map(() => -1))); // prettier-ignore
  if (results.length === 0) return { carried: [] };
  const inputs = [undefined, asCondition(graph, op.input('condition')), ...start];
  return { carried: graph.multi('Loop', inputs, { body }, results) };
}

/** One value of several, by a mask of one number; joins what the two blocks of an old `if` have written. */
function selectInput(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [whenFalse, whenTrue] = op.list('x');
  if (!whenFalse || !whenTrue) throw op.fail('two operands', `${op.list('x').length}`);
  const condition = asCondition(graph, op.input('mask'));
  const then_branch = graph.subgraph([], () => [whenTrue]);
  const else_branch = graph.subgraph([], () => [graph.cast(whenFalse, whenTrue.type)]);
  return graph.multi('If', [condition], { then_branch, else_branch }, [described(whenTrue)])[0]!;
}

const index = (op: OperatorCall, graph: GraphBuilder): GraphValue => {
  const value = graph.cast(op.input('index'), 'int64');
  return value.dims?.length === 0 ? value : graph.reshape(value, []);
};

/** Appends, or replaces where the list already has an element at that place. */
function arrayWrite(op: OperatorCall, graph: GraphBuilder): GraphValue {
  const [array, x] = [op.input('array'), op.input('x')];
  const type = array.type;
  const at = index(op, graph);
  const list = { type, sequence: true as const };
  const length = graph.node('SequenceLength', [array], {}, { dims: [] });
  const exists = graph.node('Less', [at, length]);
  const then_branch = graph.subgraph([], () => [graph.node('SequenceErase', [array, at], {}, list)]);
  const else_branch = graph.subgraph([], () => [array]);
  const shorter = graph.multi('If', [exists], { then_branch, else_branch }, [list])[0]!;
  return graph.node('SequenceInsert', [shorter, graph.cast(x, type), at], {}, list);
}

function arrayToTensor(op: OperatorCall, graph: GraphBuilder) {
  const array = op.input('x');
  const [axis, stack] = [op.int('axis', 0), op.bool('use_stack', false)];
  const out = graph.node(
    'ConcatFromSequence',
    [array],
    { axis, new_axis: stack ? 1 : 0 },
    { type: array.type },
  );
  return { out, out_index: elementSizes(graph, array, axis) };
}

/** The elements' sizes along an axis, as int32. */
function elementSizes(graph: GraphBuilder, array: GraphValue, axis: number): GraphValue {
  const count = graph.node('SequenceLength', [array], {}, { dims: [] });
  const round = graph.input('round', 'int64', []);
  const going = graph.input('going', 'bool', []);
  const body = graph.subgraph([round, going], () => {
    const element = graph.node('SequenceAt', [array, round], {}, { type: array.type });
    const size = graph.node('Gather', [graph.node('Shape', [element]), graph.scalar(axis, 'int64')]);
    return [graph.copy(going), graph.cast(size, 'int32')];
  });
  const inputs = [count, graph.scalar(1, 'bool')];
  return graph.multi('Loop', inputs, { body }, [{ type: 'int32', dims: [-1] }])[0]!;
}

/** Loops, branches and lists of tensors. `if` and `while` have the same form whatever format they come from. */
export const CONTROL = {
  if: { inputs: {}, outputs: OUT, old: [], pir: [], convert: conditional },
  while: { inputs: {}, outputs: { carried: 'Out' }, old: [], pir: [], convert: loop },
  select_input: { inputs: { x: 'X', mask: 'Mask' }, outputs: OUT, convert: selectInput },
  create_array: {
    inputs: {},
    outputs: OUT,
    convert: (op, graph) => {
      const type = op.declared('out')?.type ?? 'float32';
      return graph.node('SequenceEmpty', [], { dtype: ONNX_TYPE[type] }, { type, sequence: true });
    },
  },
  array_write: {
    inputs: { array: 'Out', x: 'X', index: 'I' },
    outputs: OUT,
    old: ['write_to_array'],
    convert: arrayWrite,
  },
  array_read: {
    inputs: { array: 'X', index: 'I' },
    outputs: OUT,
    old: ['read_from_array'],
    convert: (op, graph) => {
      const array = op.input('array');
      return graph.node(
        'SequenceAt',
        [array, index(op, graph)],
        {},
        { type: array.type, dims: op.declared('out')?.dims },
      );
    },
  },
  array_length: {
    inputs: { x: 'X' },
    outputs: OUT,
    old: ['lod_array_length'],
    convert: (op, graph) => {
      const length = graph.node('SequenceLength', [op.input('x')], {}, { dims: [] });
      return op.declared('out')?.dims?.length === 0 ? length : graph.reshape(length, [1]);
    },
  },
  array_to_tensor: {
    inputs: { x: 'X' },
    outputs: { out: 'Out', out_index: 'OutIndex' },
    old: ['tensor_array_to_tensor'],
    convert: arrayToTensor,
  },
} satisfies OperatorTable;
