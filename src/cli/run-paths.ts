import type { FilledPredictOptions } from '../config/flags/predict-options.js';
import { isResumable } from '../contracts/results.js';
import type { ModelSpec } from '../contracts/spec.js';
import { RunOutputs } from '../outputs/index.js';
import { settingsFile } from '../resume/index.js';
import { checkSummaryFile } from './summary-file.js';

/** The models that a run names. */
export function namedModels({ model, docModel, detModel, clsModel, recModel }: ModelSpec): string[] {
  return [model, docModel, detModel, clsModel, recModel].filter((name) => name !== undefined);
}

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
  return await RunOutputs.check({
    output: file,
    existing,
    settings: file !== undefined && isResumable(format) ? settingsFile(file) : undefined,
    summary,
    report,
    ...artifacts,
    texts,
    models: namedModels(spec),
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
