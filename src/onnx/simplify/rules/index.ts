import type { Graph } from '../../graph/index.js';
import type { OnnxNode } from '../../types.js';
import { affineAsConvolution } from './affine-as-convolution.js';
import { affineBefore, normalisationBefore } from './affine-before.js';
import { affineBehind } from './affine-behind.js';
import { hardActivation } from './hard-activation.js';
import { gatedShortcut } from './gated-shortcut.js';
import { identity } from './identity.js';
import { parallelConvolutions } from './parallel-convolutions.js';
import { pointwiseChain } from './pointwise-chain.js';

/** Rewrites the graph around a node where its condition holds. @returns whether it did */
export type Rule = (graph: Graph, node: OnnxNode) => boolean;

/** In the order in which they are tried: a rule runs where those above it find nothing more to do. */
export const RULES = {
  identity,
  'hard-activation': hardActivation,
  'normalisation-before': normalisationBefore,
  'affine-before': affineBefore,
  'affine-behind': affineBehind,
  'parallel-convolutions': parallelConvolutions,
  'pointwise-chain': pointwiseChain,
  'gated-shortcut': gatedShortcut,
  'affine-as-convolution': affineAsConvolution,
} as const satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** Rules that others need and that gain nothing where no other applies: onnxruntime does the same. */
const HELPERS: ReadonlySet<string> = new Set<RuleName>(['identity', 'normalisation-before']);

/** true if what was applied makes a network faster. */
export const isWorthwhile = (applied: readonly string[]): boolean =>
  applied.some((name) => !HELPERS.has(name));
