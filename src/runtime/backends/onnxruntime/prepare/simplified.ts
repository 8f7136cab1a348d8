import path from 'node:path';
import { countOperators } from '../../../../onnx/operators.js';
import { NotSimplifiable, simplifyFile, type RuleName } from '../../../../onnx/simplify/index.js';
import { openSession } from '../session.js';
import type { GraphReport, LeftOut } from '../../../network.js';
import { outputDifference, type Trial } from './probe.js';

/** A simplified network. */
export interface SimplifiedNetwork {
  file: string;
  /** Outputs of the file for the probe. */
  trial: Trial;
  report: Omit<GraphReport, 'model' | 'prepared'>;
}

/**
 * Simplifies a network as far as its outputs stay equal to the original's. If they differ, the rules are tried one by one on
 * top of those that passed, and rules that fail are skipped.
 * @param folder of the simplified file, which is overwritten
 * @param tryUntouched runs the original with a probe
 * @returns undefined if there is nothing to simplify; `file` is the original if all rules were skipped
 * @throws errors of `tryUntouched` and of the file system
 */
export async function simplifyNetwork(
  original: string,
  folder: string,
  tryUntouched: () => Promise<Trial>,
): Promise<SimplifiedNetwork | undefined> {
  const whole = await simplifyOnce(original, folder);
  if (whole === undefined) return undefined;
  const untouched = await tryUntouched();
  const left = (leftOut: LeftOut[]): SimplifiedNetwork => ({
    file: original,
    trial: untouched,
    report: { rules: {}, leftOut },
  });
  if (typeof whole === 'string') return left([{ reason: whole }]);

  const outputs = await outputsThatFit(original, whole, untouched);
  if (typeof outputs === 'object') return found(whole, untouched, outputs, []);

  const leftOut: LeftOut[] = [];
  let kept: RuleName[] = [];
  for (const rule of Object.keys(whole.applied) as RuleName[]) {
    const reason = await misfit(original, folder, [...kept, rule], untouched);
    if (reason === undefined) kept = [...kept, rule];
    else leftOut.push({ rule, reason });
  }
  const made = await simplifyOnce(original, folder, kept);
  if (typeof made !== 'object') return left(leftOut);
  return found(made, untouched, await run(made.file, true, untouched), leftOut);
}

type Simplified = NonNullable<Awaited<ReturnType<typeof simplifyFile>>>;
type Outputs = Trial['outputs'];

const found = (
  { file, applied }: Simplified,
  { feeds }: Trial,
  outputs: Outputs,
  leftOut: LeftOut[],
): SimplifiedNetwork => ({
  file,
  trial: { feeds, outputs },
  report: { simplified: countOperators(file), rules: applied, leftOut },
});

/** undefined if there is nothing to simplify; a message if the simplifier fails. */
async function simplifyOnce(
  original: string,
  folder: string,
  rules?: readonly RuleName[],
): Promise<Simplified | string | undefined> {
  try {
    return await simplifyFile(original, folder, rules);
  } catch (error) {
    if (!(error instanceof NotSimplifiable)) throw error;
    return error.message;
  }
}

/** A description of what is wrong with a network after some rules. */
async function misfit(
  original: string,
  folder: string,
  rules: readonly RuleName[],
  untouched: Trial,
): Promise<string | undefined> {
  const made = await simplifyOnce(original, folder, rules);
  const outputs = typeof made === 'object' ? await outputsThatFit(original, made, untouched) : made;
  return typeof outputs === 'string' ? outputs : undefined;
}

/** A simplified network's outputs, or a description of what is wrong with them. */
async function outputsThatFit(
  original: string,
  { file }: Simplified,
  untouched: Trial,
): Promise<Outputs | string> {
  const outputs = await run(file, true, untouched).catch((error: unknown) => String(error));
  if (typeof outputs === 'string') return outputs;
  if (outputDifference(untouched.outputs, outputs) === undefined) return outputs;
  // The outputs of some networks change more if only onnxruntime's optimiser is disabled.
  const alike = await run(original, false, untouched);
  return outputDifference(untouched.outputs, outputs, alike) ?? outputs;
}

async function run(file: string, optimise: boolean, { feeds }: Trial): Promise<Outputs> {
  const session = await openSession(file, { threads: 1, optimise });
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

/** The folder of a job's simplified file. */
export const simplifiedFolder = (directory: string): string => path.join(directory, 'simplified');
