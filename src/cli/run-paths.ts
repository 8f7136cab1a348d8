import type { FilledPredictOptions } from '../config/flags/predict-options.js';
import { isResumable } from '../contracts/results.js';
import { RunOutputs } from '../outputs/index.js';
import { settingsFile } from '../resume/index.js';
import { checkSummaryFile } from './summary-file.js';

/**
 * Checks all outputs of a run for conflicts with each other and with its inputs, before anything is opened.
 * @param defaults the defaults files that were read
 * @throws FdeployError BAD_OPTION, OUTPUT_EXISTS
 */
export async function checkOutputs(
  options: FilledPredictOptions,
  defaults: readonly string[],
): Promise<RunOutputs> {
  const { run, output, summary, texts, report, fromFile } = options;
  const { spec, artifacts } = run;
  const { file, format, existing } = output;
  if (summary !== undefined) checkSummaryFile(summary);
  const models = [spec.model, spec.docModel, spec.detModel, spec.clsModel, spec.recModel];
  return await RunOutputs.check({
    output: file,
    existing,
    settings: file !== undefined && isResumable(format) ? settingsFile(file) : undefined,
    summary,
    report,
    drawings: artifacts.drawings,
    masks: artifacts.masks,
    texts,
    models: models.filter((model) => model !== undefined),
    inputs: [
      ['--from-file', fromFile],
      ['--model-config', spec.modelConfig],
      ['--model-file', spec.modelFile],
      ['--labels', spec.labels],
      ['--rec-dict', spec.recDict],
      ...defaults.map((name) => ['the defaults file', name] as const),
    ],
  });
}
