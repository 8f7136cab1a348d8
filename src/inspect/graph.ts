import type { RuntimeHandle } from '../contracts/runtime.js';
import { graphOf, type GraphReport } from '../runtime/prepared-models.js';

/** A network's nodes by operator, before and after. */
export interface InspectedGraph {
  /** In the user's file, or in the converted program. */
  model: Readonly<Record<string, number>>;
  /** Rewritten by fdeploy; null if it gains nothing, or must not. */
  simplified: Readonly<Record<string, number>> | null;
  /** Optimised by onnxruntime, as it runs; null if each clone optimises it itself. */
  prepared: Readonly<Record<string, number>> | null;
  /** How often each rule was applied. */
  rules: Readonly<Record<string, number>>;
  leftOut: GraphReport['leftOut'];
}

/** The changes to a network's graph; null if the file is not ONNX and was not prepared. */
export function inspectGraph(runtime: RuntimeHandle): InspectedGraph | null {
  const report = graphOf(runtime);
  if (!report) return null;
  const { model, simplified = null, prepared = null, rules = {}, leftOut = [] } = report;
  return { model, simplified, prepared, rules, leftOut };
}

/** Operators before and after in three columns, the most frequent first. */
export function graphRows({ model, simplified, prepared }: InspectedGraph): string[][] {
  const stages = [model, simplified, prepared].filter((counts) => counts !== null);
  const titles = ['model', simplified && 'simplified', prepared && 'prepared'].filter(
    (title) => title !== null,
  );
  const names = [...new Set(stages.flatMap((counts) => Object.keys(counts)))];
  names.sort((a, b) => most(stages, b) - most(stages, a) || a.localeCompare(b, 'en'));
  const total = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    ['operator', ...titles],
    ...names.map((name) => [name, ...stages.map((counts) => String(counts[name] ?? '-'))]),
    ['all', ...stages.map((counts) => String(total(counts)))],
  ];
}

const most = (stages: readonly Readonly<Record<string, number>>[], name: string): number =>
  Math.max(...stages.map((counts) => counts[name] ?? 0));
