import path from 'node:path';
import type { Tensor } from '../../contracts/tensor.js';
import { NotSimplifiable, simplifyFile, type RuleName } from '../../onnx/simplify/index.js';
import { openSession, type Session } from '../onnxruntime.js';
import type { LeftOut } from './messages.js';
import { outputDifference, type Trial } from './probe.js';

/** A simplified network, and what the untouched one gave for the probe. */
export interface SimplifiedNetwork {
  file: string;
  trial: Trial;
  leftOut: LeftOut[];
}

/**
 * Simplifies a network as far as its outputs stay those of the untouched one. Where they do not, each rule is tried in turn on
 * top of those that passed, and what does not pass is left out.
 * @param folder for the simplified file; it is overwritten
 * @param probe runs a session of the untouched network
 * @returns undefined where nothing is gained; `file` is the original where every rule was left out
 * @throws what `probe`, onnxruntime on the original, and the file system throw
 */
export async function simplifyNetwork(
  original: string,
  folder: string,
  probe: (session: Session) => Promise<Trial>,
): Promise<SimplifiedNetwork | undefined> {
  const leftOut: LeftOut[] = [];
  const attempt = async (rules?: readonly RuleName[]) => {
    try {
      return await simplifyFile(original, folder, rules);
    } catch (error) {
      if (!(error instanceof NotSimplifiable)) throw error;
      return error.message;
    }
  };
  const whole = await attempt();
  if (whole === undefined) return undefined;
  const untouched = await openSession(original, { threads: 1, optimise: true });
  const trial = await probe(untouched);
  await untouched.close();
  if (typeof whole === 'string') return { file: original, trial, leftOut: [{ reason: whole }] };
  if ((await misfit(original, whole.file, trial)) === undefined) return { file: whole.file, trial, leftOut };

  let kept: RuleName[] = [];
  for (const rule of whole.applied) {
    const made = await attempt([...kept, rule]);
    const reason = typeof made === 'object' ? await misfit(original, made.file, trial) : made;
    if (reason === undefined) kept = [...kept, rule];
    else leftOut.push({ rule, reason });
  }
  const made = await attempt(kept);
  return { file: typeof made === 'object' ? made.file : original, trial, leftOut };
}

/** What is wrong with a simplified network's outputs, in words. */
async function misfit(original: string, file: string, trial: Trial): Promise<string | undefined> {
  const outputs = await run(file, true, trial).catch((error: unknown) => String(error));
  if (typeof outputs === 'string') return outputs;
  if (outputDifference(trial.outputs, outputs) === undefined) return undefined;
  // Some networks' outputs move by more where only onnxruntime's own optimiser is off.
  return outputDifference(trial.outputs, outputs, await run(original, false, trial));
}

async function run(file: string, optimise: boolean, { feeds }: Trial): Promise<Record<string, Tensor>> {
  const session = await openSession(file, { threads: 1, optimise });
  const outputs = await session.run(feeds);
  await session.close();
  return outputs;
}

/** The folder of a job's simplified file. */
export const simplifiedFolder = (directory: string): string => path.join(directory, 'simplified');
