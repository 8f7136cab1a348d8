import type { Block, Operator, Program, ProgramValue, Vocabulary } from '../program.js';
import { damaged } from './damage.js';
import { nameSlots } from './naming.js';
import { readAttributes } from './pdmodel-attributes.js';
import type { BlockMessage, OpMessage, ProgramMessage, SlotMessage } from './pdmodel-schema.js';

/** A variable's declaration; `parameter`: its values lie in the parameter file. */
export interface Variable extends ProgramValue {
  readonly parameter: boolean;
}

/** Variable name -> the value it holds now. A block inside another starts with a copy of the outer one's. */
type Scope = Map<string, ProgramValue>;

const SUB_BLOCK = new Set(['while', 'conditional_block', 'conditional_block_infer']);
/** Attribute types that name variables which stand in for a number: VAR and VARS. */
const VARIABLE_ATTRIBUTES = new Set([13, 14]);

/**
 * The blocks of a ProgramDesc with every variable written once. The old format's operators overwrite variables (loops,
 * `increment`, `assign`); here each write makes a value, and `while` and `conditional_block` name what they change.
 */
export class BlockReader {
  readonly #message: ProgramMessage;
  readonly #variables: readonly ReadonlyMap<string, Variable>[];
  readonly #vocabulary: Vocabulary;
  readonly #file: string;
  readonly #open = new Set<number>();
  readonly #writeCount = new Map<string, number>();

  constructor(
    message: ProgramMessage,
    variables: readonly ReadonlyMap<string, Variable>[],
    vocabulary: Vocabulary,
    file: string,
  ) {
    this.#message = message;
    this.#variables = variables;
    this.#vocabulary = vocabulary;
    this.#file = file;
    for (const block of message.blocks)
      for (const op of block.ops)
        for (const name of written(op)) this.#writeCount.set(name, (this.#writeCount.get(name) ?? 0) + 1);
  }

  /** The main block; feed and fetch operators become the inputs and outputs, in the order of `col`. */
  main(): Pick<Program, 'inputs' | 'outputs' | 'block'> {
    const scope: Scope = new Map();
    for (const variable of this.#variables[0]?.values() ?? [])
      if (variable.parameter) scope.set(variable.name, variable);
    const inputs: { col: number; value: ProgramValue }[] = [];
    const outputs: { col: number; name: string }[] = [];
    for (const op of this.#block(0).ops) {
      const col = Number(readAttributes(op.attrs).col ?? 0);
      if (op.type === 'feed') {
        const value = this.#declaration(0, slot(op.outputs, 'Out')[0] ?? '');
        inputs.push({ col, value });
        scope.set(value.name, value);
      } else if (op.type === 'fetch') outputs.push({ col, name: slot(op.inputs, 'X')[0] ?? '' });
    }
    const operators = this.#operators(0, scope);
    const byCol = (a: { col: number }, b: { col: number }): number => a.col - b.col;
    return {
      inputs: inputs.sort(byCol).map(({ value }) => value),
      outputs: outputs.sort(byCol).map(({ name }) => ({ name, value: this.#read(name, scope, 'fetch') })),
      block: { args: [], operators, results: [] },
    };
  }

  #operators(index: number, scope: Scope): Operator[] {
    if (this.#open.has(index))
      throw damaged(this.#file, `block ${index}`, 'blocks that do not hold themselves', 'a circle');
    this.#open.add(index);
    const operators: Operator[] = [];
    for (const variable of this.#variables[index]?.values() ?? [])
      if (variable.array) operators.push(this.#newArray(variable, scope));
    for (const op of this.#block(index).ops) {
      if (op.type === 'feed' || op.type === 'fetch') continue;
      if (op.type === 'while') operators.push(...this.#while(op, index, scope));
      else if (SUB_BLOCK.has(op.type)) operators.push(...this.#conditional(op, index, scope));
      else operators.push(this.#plain(op, index, scope));
    }
    this.#open.delete(index);
    return operators;
  }

  #plain(op: OpMessage, index: number, scope: Scope): Operator {
    const inputs: Record<string, ProgramValue[]> = {};
    for (const { parameter, arguments: names } of op.inputs)
      inputs[parameter] = names.filter(Boolean).map((name) => this.#read(name, scope, op.type));
    const variables: Record<string, ProgramValue[]> = {};
    for (const attr of op.attrs)
      if (VARIABLE_ATTRIBUTES.has(attr.type))
        variables[attr.name] = [...attr.varsName, ...(attr.varName ? [attr.varName] : [])].map((name) =>
          this.#read(name, scope, op.type),
        );
    // An array is written in place: what it held is an operand too.
    for (const { parameter, arguments: names } of op.outputs)
      if (names[0] && this.#declaration(index, names[0]).array && scope.has(names[0]))
        inputs[parameter] ??= [this.#read(names[0], scope, op.type)];
    const outputs: Record<string, ProgramValue[]> = {};
    for (const { parameter, arguments: names } of op.outputs)
      outputs[parameter] = names.filter(Boolean).map((name) => this.#write(name, index, scope));
    const attributes = readAttributes(op.attrs);
    return nameSlots({ foundAs: op.type, inputs, outputs, attributes, variables }, this.#vocabulary);
  }

  /** Carried: what the body writes and the outer block knows or reads later. The condition is computed anew in the body. */
  #while(op: OpMessage, index: number, scope: Scope): Operator[] {
    const condition = slot(op.inputs, 'Condition')[0] ?? '';
    const { body, names } = this.#changed(op, index, scope, condition);
    const before = names.map((name) => this.#readOrPlaceholder(name, index, scope));
    const inner: Scope = new Map(scope);
    const args = names.map((name, at) => {
      const arg = { ...before[at]!.value };
      inner.set(name, arg);
      return arg;
    });
    const operators = this.#operators(body, inner);
    const results = [condition, ...names].map((name) => this.#read(name, inner, op.type));
    const inputs = {
      condition: [this.#read(condition, scope, op.type)],
      carried: before.map(({ value }) => value),
    };
    const outputs = { carried: names.map((name) => this.#write(name, index, scope)) };
    return [
      ...before.flatMap(({ made }) => made),
      { ...structural('while', op.type), inputs, outputs, blocks: [{ args, operators, results }] },
    ];
  }

  /** `if` whose else keeps what the variables held before. */
  #conditional(op: OpMessage, index: number, scope: Scope): Operator[] {
    const { body, names } = this.#changed(op, index, scope);
    const inner: Scope = new Map(scope);
    const operators = this.#operators(body, inner);
    const then: Block = {
      args: [],
      operators,
      results: names.map((name) => this.#read(name, inner, op.type)),
    };
    const before = names.map((name) => this.#readOrPlaceholder(name, index, scope));
    const otherwise: Block = {
      args: [],
      operators: before.flatMap(({ made }) => made),
      results: before.map(({ value }) => value),
    };
    const condition = this.#read(slot(op.inputs, 'Cond')[0] ?? '', scope, op.type);
    const outputs = { out: names.map((name) => this.#write(name, index, scope)) };
    return [
      {
        ...structural('if', op.type),
        inputs: { condition: [condition] },
        outputs,
        blocks: [then, otherwise],
      },
    ];
  }

  /** The variables that an operator's sub-block writes and that live on outside of it. */
  #changed(op: OpMessage, index: number, scope: Scope, besides?: string): { body: number; names: string[] } {
    const body = op.attrs.find((attr) => attr.name === 'sub_block')?.blockIdx ?? -1;
    const own = this.#variables[body] ?? new Map<string, Variable>();
    const listed = new Set(slot(op.outputs, 'Out'));
    const names = [...this.#writtenIn(body)].filter(
      (name) =>
        name !== besides &&
        !own.has(name) &&
        !this.#variables[0]?.get(name)?.parameter &&
        (scope.has(name) || listed.has(name) || this.#isReadIn(index, name)),
    );
    return { body, names };
  }

  #isReadIn(index: number, name: string): boolean {
    return this.#block(index).ops.some((op) => op.inputs.some((input) => input.arguments.includes(name)));
  }

  #writtenIn(index: number, seen = new Set<number>()): Set<string> {
    const names = new Set<string>();
    if (seen.has(index)) return names;
    seen.add(index);
    for (const op of this.#block(index).ops) {
      for (const name of written(op)) names.add(name);
      const body = SUB_BLOCK.has(op.type) && op.attrs.find((attr) => attr.name === 'sub_block')?.blockIdx;
      if (typeof body === 'number')
        for (const name of this.#writtenIn(body, seen))
          if (!this.#variables[body]?.has(name)) names.add(name);
    }
    return names;
  }

  #block(index: number): BlockMessage {
    const block = this.#message.blocks[index];
    if (!block)
      throw damaged(this.#file, 'sub_block', `a block below ${this.#message.blocks.length}`, `${index}`);
    return block;
  }

  #read(name: string, scope: Scope, reader: string): ProgramValue {
    const value = scope.get(name);
    if (!value)
      throw damaged(this.#file, `operator ${reader}`, 'inputs that were written before', name || 'no name');
    return value;
  }

  /** A variable's value, or one without elements where a block writes it first. */
  #readOrPlaceholder(name: string, index: number, scope: Scope): { value: ProgramValue; made: Operator[] } {
    const value = scope.get(name);
    if (value) return { value, made: [] };
    const declared = this.#declaration(index, name);
    const placeholder: ProgramValue = { ...declared, name: `${name}.unset` };
    if (declared.array) return { value: placeholder, made: [createArray(placeholder)] };
    const made: Operator = {
      ...structural('full', 'full'),
      inputs: {},
      outputs: { out: [placeholder] },
      attributes: { shape: (declared.dims ?? []).map(() => 0), value: 0, dtype: declared.type ?? 'float32' },
    };
    return { value: placeholder, made: [made] };
  }

  #newArray(variable: Variable, scope: Scope): Operator {
    const value: ProgramValue = { ...variable };
    scope.set(variable.name, value);
    return createArray(value);
  }

  /** A new value of a variable. What is written more than once may change its shape: only the rank is kept. */
  #write(name: string, index: number, scope: Scope): ProgramValue {
    const declared = this.#declaration(index, name);
    const { type, array } = declared;
    const once = (this.#writeCount.get(name) ?? 0) <= 1 && index === 0;
    const dims = once ? declared.dims : declared.dims?.map(() => -1);
    const value: ProgramValue = { name, type, dims, ...(array && { array }) };
    scope.set(name, value);
    return value;
  }

  #declaration(index: number, name: string): ProgramValue {
    for (let at = index; at >= 0 && at < this.#message.blocks.length;) {
      const found = this.#variables[at]?.get(name);
      if (found) return { name, type: found.type, dims: found.dims, ...(found.array && { array: true }) };
      const parent = this.#block(at).parentIdx;
      at = parent < at ? parent : -1;
    }
    return { name, type: undefined, dims: undefined };
  }
}

const slot = (slots: readonly SlotMessage[], name: string): string[] =>
  slots.find(({ parameter }) => parameter === name)?.arguments ?? [];

const written = (op: OpMessage): string[] =>
  op.outputs.flatMap(({ parameter, arguments: names }) =>
    parameter === 'StepScopes' || parameter === 'Scope' ? [] : names.filter(Boolean),
  );

const structural = (type: string, foundAs: string) => ({
  type,
  foundAs,
  attributes: {},
  blocks: [],
  known: true,
});

const createArray = (value: ProgramValue): Operator => ({
  ...structural('create_array', 'create_array'),
  inputs: {},
  outputs: { out: [value] },
});
