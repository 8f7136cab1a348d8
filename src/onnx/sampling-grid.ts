import { FdeployError } from '../contracts/errors.js';
import { Graph, intOf, intsOf, isOperator, namesIn, readGraph, textOf, writeGraph } from './graph/index.js';
import type { OnnxNode, OnnxValueInfo } from './types.js';

/**
 * Cuts a network that samples its input picture at computed points (the last operator is GridSample) down to what computes
 * the points. The output is `[N, 2, rows, columns]` if the network enlarges that to the picture's size, corners aligned, else
 * `[N, height, width, 2]`: x and y from -1 to 1, which are the middles of the corner pixels.
 * @param folder a folder of its own for the file that is written
 * @param name of the network in messages
 * @returns the file that was written
 * @throws FdeployError MODEL_UNSUPPORTED
 */
export async function cutToSamplingGrid(source: string, folder: string, name: string): Promise<string> {
  const graph = readGraph(source);
  const model = graph.toModel();
  const [output] = model.graph.output;
  const sampling = graph.producer(output?.name ?? '');
  if (!output || !isOperator(sampling, 'GridSample')) {
    throw unsupported(name, 'a network that ends in GridSample', sampling?.opType ?? 'none');
  }
  checkSampling(sampling, name);
  const { value, dims } = gridOf(graph, sampling.input[1]!);
  const elemType = output.type?.tensorType?.elemType ?? 1;
  const dim = dims.map((size) => (size > 0 ? { dimValue: size } : { dimParam: 'free' }));
  const grid: OnnxValueInfo = { name: value, type: { tensorType: { elemType, shape: { dim } } } };
  const cut = { ...model, graph: { ...model.graph, node: nodesFor(graph, value), output: [grid] } };
  return writeGraph(new Graph(cut), source, folder);
}

/** What UVDoc uses; other ways would need another remapping. */
function checkSampling(node: OnnxNode, name: string): void {
  const mode = textOf(node, 'mode', 'linear');
  const padding = textOf(node, 'padding_mode', 'zeros');
  const aligned = intOf(node, 'align_corners', 0) === 1;
  if (['linear', 'bilinear'].includes(mode) && padding === 'zeros' && aligned) return;
  const found = `GridSample with ${mode}, ${padding}, ${aligned ? 'aligned' : 'unaligned'} corners`;
  throw unsupported(name, 'GridSample with bilinear, zeros, aligned corners', found);
}

/** The points before they are enlarged to the picture's size, where that is how the grid is made. */
function gridOf(graph: Graph, grid: string): { value: string; dims: number[] } {
  const dense = { value: grid, dims: [-1, -1, -1, 2] };
  const transposed = graph.producer(grid);
  if (!isOperator(transposed, 'Transpose') || intsOf(transposed, 'perm')?.join() !== '0,2,3,1') return dense;
  const enlarged = graph.producer(transposed.input[0]!);
  const isLinear =
    isOperator(enlarged, 'Resize') &&
    textOf(enlarged, 'mode', 'nearest') === 'linear' &&
    textOf(enlarged, 'coordinate_transformation_mode', 'half_pixel') === 'align_corners';
  return isLinear ? { value: enlarged.input[0]!, dims: [-1, 2, -1, -1] } : dense;
}

/** The nodes that a value depends on, in their order. */
function nodesFor(graph: Graph, value: string): OnnxNode[] {
  const needed = new Set<OnnxNode>();
  const wanted = [value];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const node = graph.producer(name);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    wanted.push(...node.input);
    for (const { g, graphs = [] } of node.attribute ?? [])
      for (const inner of g ? [g, ...graphs] : graphs) wanted.push(...namesIn(inner));
  }
  return graph.nodes.filter((node) => needed.has(node));
}

function unsupported(name: string, expected: string, found: string): FdeployError {
  const message = `${name} is not an unwarping network: expected ${expected} but found ${found}`;
  return new FdeployError('MODEL_UNSUPPORTED', message, { file: name, expected, found });
}
