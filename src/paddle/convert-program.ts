import { FdeployError } from '../contracts/errors.js';
import { GraphBuilder } from './graph/builder.js';
import { MisfitError } from './graph/check.js';
import { mergedDims } from './graph/dims.js';
import type { GraphValue } from './graph/values.js';
import { OperatorCall } from './operators/call.js';
import type { BlockConverter } from './operators/call.js';
import { definitionOf } from './operators/index.js';
import type { Results } from './operators/definition.js';
import type { Block, Operator, Program, ProgramValue } from './program.js';

/** A graph and the values that it takes and gives, in the program's order. */
export interface ConvertedGraph {
  readonly graph: GraphBuilder;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
}

/**
 * Writes a program as an ONNX graph.
 * @throws FdeployError OPERATOR_UNSUPPORTED naming every operator without a mapping, with counts; MODEL_INVALID
 */
export function convertProgram(program: Program): ConvertedGraph {
  refuseUnknown(program);
  const graph = new GraphBuilder();
  const converter = new ProgramConverter(program, graph);
  const inputs = converter.inputs();
  converter.convertBlock(program.block, []);
  return { graph, inputs, outputs: converter.outputs() };
}

function refuseUnknown(program: Program): void {
  const counts = new Map<string, number>();
  const visit = (block: Block): void => {
    for (const { known, foundAs, blocks } of block.operators) {
      if (!known) counts.set(foundAs, (counts.get(foundAs) ?? 0) + 1);
      blocks.forEach(visit);
    }
  };
  visit(program.block);
  if (counts.size === 0) return;
  const list = [...counts].map(([name, count]) => `${name} (${count})`).sort().join(', '); // prettier-ignore
  throw new FdeployError(
    'OPERATOR_UNSUPPORTED',
    `${program.file} uses operators that fdeploy cannot convert: ${list}`,
    { file: program.file, found: list },
  );
}

const isSingle = (results: Results): results is GraphValue => 'dims' in results && 'type' in results;

class ProgramConverter implements BlockConverter {
  readonly #program: Program;
  readonly #graph: GraphBuilder;
  readonly #values = new Map<ProgramValue, GraphValue>();

  constructor(program: Program, graph: GraphBuilder) {
    this.#program = program;
    this.#graph = graph;
  }

  inputs(): GraphValue[] {
    return this.#program.inputs.map((input) => {
      const value = this.#graph.input(input.name, input.type!, input.dims);
      this.#values.set(input, value);
      return value;
    });
  }

  /** The outputs under their names in the program; one that is an input or is given twice gets a copy. */
  outputs(): GraphValue[] {
    const taken = new Set<GraphValue>(this.#program.inputs.map((input) => this.#values.get(input)!));
    return this.#program.outputs.map(({ name, value }) => {
      const found = this.#read(value);
      const output = taken.has(found) || found.constant ? this.#graph.copy(found) : found;
      if (output.sequence)
        throw new FdeployError(
          'MODEL_UNSUPPORTED',
          `${this.#program.file}: output ${name} is a list of tensors`,
        );
      taken.add(output);
      if (output.name !== name) output.name = this.#graph.uniqueName(name);
      return output;
    });
  }

  convertBlock(block: Block, args: readonly GraphValue[]): GraphValue[] {
    block.args.forEach((arg, at) => this.#values.set(arg, args[at]!));
    for (const operator of block.operators) this.#convert(operator);
    return block.results.map((result) => this.#read(result));
  }

  #convert(operator: Operator): void {
    const definition = definitionOf(operator.type);
    this.#graph.nameAfter(Object.values(operator.outputs).flat()[0]?.name ?? operator.type);
    const call = new OperatorCall(operator, (value) => this.#read(value), this.#program, this.#graph, this);
    const before = this.#graph.nodes.length;
    const results = this.#run(() => definition.convert(call, this.#graph), call);
    const made = new Set(this.#graph.nodes.slice(before).flatMap((node) => node.outputs));
    const [first = 'out'] = Object.keys(definition.outputs);
    const named = isSingle(results) ? { [first]: results } : results;
    for (const [name, values] of Object.entries(operator.outputs)) {
      const given = [named[name] ?? []].flat();
      values.forEach((value, at) => {
        if (given[at]) this.#bind(value, given[at], made.has(given[at]));
      });
    }
  }

  /** Operands that do not fit together are the program's mistake: the operator is named. */
  #run(convert: () => Results, call: OperatorCall): Results {
    try {
      return convert();
    } catch (error) {
      if (error instanceof MisfitError) throw call.fail(error.expected, error.found);
      throw error;
    }
  }

  /** @param fresh the mapping has made the value: it takes the name it has in the program */
  #bind(value: ProgramValue, result: GraphValue, fresh: boolean): void {
    if (fresh) {
      result.name = this.#graph.uniqueName(value.name);
      result.dims = mergedDims(result.dims, value.dims);
    }
    this.#values.set(value, result);
  }

  #read(value: ProgramValue): GraphValue {
    const found = this.#values.get(value);
    if (found) return found;
    const parameter = this.#program.parameters.get(value);
    if (!parameter)
      throw new FdeployError(
        'MODEL_INVALID',
        `${this.#program.file}: nothing makes the value ${value.name}`,
        {
          file: this.#program.file,
          expected: 'an operator or a parameter',
          found: 'neither',
        },
      );
    const made = this.#graph.parameter(value.name, parameter);
    this.#values.set(value, made);
    return made;
  }
}
