import fc from 'fast-check';
import type { OnnxTensor } from '#src/onnx/proto.js';
import { constant, modelOf, outputsOf, simplified } from '../../support/graphs.js';
import type { NodeRow } from '../../support/graphs.js';

interface Value {
  name: string;
  channels: number;
  height: number;
  width: number;
}

const pick = <T>(from: readonly T[], choice: number): T => from[choice % from.length]!;

/** A graph of the operators that rules look at, put together as the numbers say. */
class RandomGraph {
  readonly nodes: NodeRow[] = [];
  readonly constants: Record<string, OnnxTensor> = {};
  readonly values: Value[] = [{ name: 'x', channels: 4, height: 6, width: 6 }];
  #count = 0;

  /** @param choices of the step, its input and its settings */
  step([step, from, a, b, c]: readonly [number, number, number, number, number]): void {
    // Mostly the last value, so that chains become long.
    const x = from % 3 > 0 ? this.values.at(-1)! : pick(this.values, from);
    if (step < 2) this.#convolution(x, a, b, c);
    else if (step < 4) this.#arithmetic(x, a, b, c);
    else if (step === 4) this.#normalisation(x);
    else if (step === 5) this.#node(pick(['Relu', 'HardSigmoid', 'Identity', 'Sigmoid'], a), [x.name], x);
    else if (step === 6) this.#hardSwish(x, a);
    else if (step === 7) this.#together(x, a, b);
    else if (step === 8) this.#branches(x, a);
    else this.#gate(x, a);
  }

  #constant(dims: number[], low = 0.5): string {
    const name = `k${this.#count++}`;
    const values = constant(dims, undefined, this.#count);
    const sizes = new Float32Array(Uint8Array.from(values.rawData!).buffer);
    // Away from 0, so that dividing keeps its digits.
    this.constants[name] = constant(
      dims,
      Array.from(sizes, (value) => (value < 0 ? value - low : value + low)),
    );
    return name;
  }

  #node(opType: string, inputs: string[], shape: Omit<Value, 'name'>, attributes: NodeRow[3] = {}): Value {
    const value = { ...shape, name: `v${this.#count++}` };
    this.nodes.push([opType, inputs.join(' '), value.name, attributes]);
    this.values.push(value);
    return value;
  }

  #convolution(x: Value, a: number, b: number, c: number, size = pick([1, 3], a)): Value | undefined {
    const pad = size === 3 && (b % 2 === 1 || x.height < 4 || x.width < 4) ? 1 : 0;
    const depthwise = c % 3 === 0;
    const channels = depthwise ? x.channels : pick([1, 2, 4, 12], b);
    const bias = a % 5 < 2 ? [this.#constant([channels])] : [];
    if (c % 7 === 6 && x.height < 10 && x.width < 10) {
      const shape = { channels, height: 2 * x.height, width: 2 * x.width };
      const weights = this.#constant([x.channels, depthwise ? 1 : channels, 2, 2]);
      const group = depthwise ? x.channels : 1;
      return this.#node('ConvTranspose', [x.name, weights, ...bias], shape, { group, strides: [2, 2] });
    }
    const weights = this.#constant([channels, depthwise ? 1 : x.channels, size, size], 0);
    const shape = { channels, height: x.height + 2 * pad + 1 - size, width: x.width + 2 * pad + 1 - size };
    const attributes = { pads: [pad, pad, pad, pad], group: depthwise ? x.channels : 1 };
    return this.#node('Conv', [x.name, weights, ...bias], shape, attributes);
  }

  #arithmetic(x: Value, a: number, b: number, c: number): void {
    const { channels, height, width } = x;
    const shapes = [[], [1], [channels, 1, 1], [1, channels, 1, 1], [1, 1, 1, 1], [width], [height, 1], [1]];
    const operands = [x.name, this.#constant(pick(shapes, a))];
    const opType = pick(['Mul', 'Add', 'Sub', 'Div'], b);
    this.#node(opType, c % 2 === 1 && opType !== 'Div' ? operands.reverse() : operands, x);
  }

  #normalisation(x: Value): Value {
    const [scale, bias, mean] = [0, 1, 2].map(() => this.#constant([x.channels]));
    const variance = `variance${x.channels}`;
    this.constants[variance] = constant([x.channels], 1.5);
    return this.#node('BatchNormalization', [x.name, scale!, bias!, mean!, variance], x);
  }

  #hardSwish(x: Value, a: number): void {
    for (const [name, value] of Object.entries({ zero: 0, three: 3, six: 6 }))
      this.constants[name] = constant([], value);
    const clipped = this.#node('Clip', [this.#node('Add', [x.name, 'three'], x).name, 'zero', 'six'], x);
    const gated = a % 2 === 0 ? this.#node('Mul', [x.name, clipped.name], x) : clipped;
    this.#node('Div', [gated.name, 'six'], x);
  }

  #together(x: Value, a: number, b: number): void {
    const same = (y: Value): boolean =>
      y.channels === x.channels && y.height === x.height && y.width === x.width;
    const others = this.values.filter(same);
    this.#node(pick(['Add', 'Mul'], a), [x.name, pick(others, b).name], x);
  }

  #branches(x: Value, a: number): void {
    const branches = [3, 1].map((size) => this.#convolution(x, 2, 1, a % 2 === 0 ? 3 : 1, size)!);
    if (branches[0]!.channels !== branches[1]!.channels) return;
    const sum = this.#node('Add', branches.map(({ name }) => name), branches[0]!); // prettier-ignore
    if (sum.channels !== x.channels) return;
    this.#node('Add', [sum.name, a % 3 === 0 ? x.name : this.#normalisation(x).name], x);
  }

  #gate(x: Value, a: number): void {
    const pooled = this.#node('GlobalAveragePool', [x.name], { ...x, height: 1, width: 1 });
    const inner = this.#convolution(pooled, 2, 0, 3, 1)!;
    const gate = this.#node('HardSigmoid', [inner.name], inner);
    const product = this.#node('Mul', [x.name, gate.name], x);
    if (a % 2 === 0) this.#node('Add', [x.name, product.name], x);
  }
}

const number = fc.nat(1000);
const steps = fc.array(fc.tuple(fc.nat(9), number, number, number, number), { minLength: 3, maxLength: 14 });

test('random graphs compute the same', async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(steps, fc.array(number, { maxLength: 2 }), async (taken, marked) => {
    const graph = new RandomGraph();
    for (const step of taken) graph.step(step);
    const outputs = new Set([graph.values.at(-1)!.name, ...marked.map((at) => pick(graph.values, at).name)]);
    outputs.delete('x');
    if (outputs.size === 0) return;
    const model = modelOf({ nodes: graph.nodes, constants: graph.constants, outputs: [...outputs] });
    const result = simplified(model);
    for (const rule of Object.keys(result.applied)) seen.add(rule);
    const [wanted, found] = [await outputsOf(model), await outputsOf(result.model)];
    for (const [name, { dims, data }] of Object.entries(wanted)) {
      expect(found[name]!.dims).toEqual(dims);
      const [a, b] = [data as Float32Array, found[name]!.data as Float32Array];
      const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      const furthest = a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);
      expect(furthest / largest).toBeLessThan(1e-4);
    }
  });
  await fc.assert(property, {
    numRuns: Number(process.env.RUNS ?? 100),
    seed: Number(process.env.SEED ?? 7),
  });
  expect([...seen].sort()).toEqual([
    'affine-as-convolution',
    'affine-before',
    'affine-behind',
    'gated-shortcut',
    'hard-activation',
    'identity',
    'normalisation-before',
    'parallel-convolutions',
    'pointwise-chain',
  ]);
});
