import { existsSync } from 'node:fs';
import type { TextFiles } from '../artifacts/text/index.js';
import type { FilledPredictOptions } from '../config/flags/predict-options.js';
import { fdeployVersion } from '../config/version.js';
import { isResumable } from '../contracts/results.js';
import type { Notify } from '../contracts/spec.js';

export type { TextFiles } from '../artifacts/text/index.js';

/**
 * The text files of a run; undefined if it writes none.
 * @throws FdeployError PACKAGE_MISSING
 */
export async function openTexts(
  { texts: folders, pages, output, run }: FilledPredictOptions,
  notify: Notify,
): Promise<TextFiles | undefined> {
  if (folders === undefined) return undefined;
  const { requirePackages, TextFiles } = await import('../artifacts/text/index.js');
  await requirePackages(folders);
  const replaces = output.existing !== 'refuse';
  return new TextFiles({
    folders,
    base: run.artifacts.base,
    pages,
    replaces,
    version: fdeployVersion(),
    notify,
  });
}

/** Completes the text files when the output is complete: a resumed one has the pages of earlier runs. */
export async function endTexts(
  texts: TextFiles,
  { file, format, existing }: FilledPredictOptions['output'],
): Promise<void> {
  const isFile = file !== undefined && existsSync(file);
  const { readRecords } = await import('../report/index.js');
  const earlier = isFile && existing === 'resume' && format === 'jsonl' ? readRecords(file) : undefined;
  await texts.end(earlier, isFile && isResumable(format));
}
