import { writesFiles, type Artifacts } from '../contracts/artifacts.js';
import { commonFolder } from '../sources/common-folder.js';

/**
 * A run with the folder that the files of its pictures are placed from.
 * @param named the arguments that name its pictures
 * @param hasList whether there is a list of pictures too
 * @param hasOthers whether it writes files of pictures that are no artifacts
 */
export async function placed<Run extends { artifacts: Artifacts }>(
  run: Run,
  named: readonly string[],
  { hasList = false, hasOthers = false } = {},
): Promise<Run> {
  if (!writesFiles(run.artifacts) && !hasOthers) return run;
  const base = await commonFolder(named, hasList);
  return base === undefined ? run : { ...run, artifacts: { ...run.artifacts, base } };
}
