import { ATTRIBUTE_TYPE, type OnnxAttribute, type OnnxNode } from '../types.js';

/** ONNX's own domain has two names. */
export const isOnnxDomain = (domain = ''): boolean => domain === '' || domain === 'ai.onnx';

/** A node of ONNX's own domain. */
type OwnNode = OnnxNode & { domain?: '' | 'ai.onnx' };

/** true for a node of ONNX's own operator of one of these names. */
export const isOperator = (node: OnnxNode | undefined, ...names: readonly string[]): node is OwnNode =>
  node !== undefined && names.includes(node.opType) && isOnnxDomain(node.domain);

const find = (node: OnnxNode, name: string): OnnxAttribute | undefined =>
  node.attribute?.find((attribute) => attribute.name === name);

/** An integer attribute. */
export function intOf(node: OnnxNode, name: string, fallback: number): number {
  return Number(find(node, name)?.i ?? fallback);
}

/** A list of integers; undefined if the node does not have the attribute. */
export function intsOf(node: OnnxNode, name: string): number[] | undefined {
  return find(node, name)?.ints?.map(Number);
}

/** A float attribute: a float32 as a number. */
export function floatOf(node: OnnxNode, name: string): number | undefined {
  return find(node, name)?.f;
}

/** A string attribute. */
export function textOf(node: OnnxNode, name: string, fallback: string): string {
  const bytes = find(node, name)?.s;
  return bytes === undefined ? fallback : Buffer.from(bytes).toString();
}

export const intAttribute = (name: string, i: number): OnnxAttribute => ({
  name,
  type: ATTRIBUTE_TYPE.int,
  i,
});

export const intsAttribute = (name: string, ints: readonly number[]): OnnxAttribute => ({
  name,
  type: ATTRIBUTE_TYPE.ints,
  ints: [...ints],
});

export const floatAttribute = (name: string, f: number): OnnxAttribute => ({
  name,
  type: ATTRIBUTE_TYPE.float,
  f,
});
