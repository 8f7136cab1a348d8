import { FdeployError } from '../../contracts/errors.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { ModelSpec, Notify } from '../../contracts/spec.js';
import { resolveRuntime } from '../../runtime/index.js';
import { runtimeSettings } from '../runtime-settings.js';
import { decodeOptions } from '../decode-options.js';
import type { TaskDefinition } from '../task-definition.js';
import type { OcrConfig } from './config.js';
import { kindByOutput, type PartKind, type PerPart } from './kinds.js';
import { readUnwarping } from './document/read-unwarping.js';
import { readPageOrientation } from './document/read-page-orientation.js';
import { checkNetwork } from './network.js';
import { locateParts, looksLikeOcr, type Parts } from './parts.js';
import { readDetection } from './read-detection.js';
import { readOrientation } from './read-orientation.js';
import { readRecognition } from './read-recognition.js';

const KINDS = ['doc', 'unwarp', 'det', 'cls', 'rec'] as const satisfies PartKind[];

/** PaddleOCR's pipeline, or one of its networks alone. */
export const ocr: TaskDefinition<'ocr', OcrConfig> = {
  task: 'ocr',
  inferencesPerPicture: 'several',

  recognises(located, spec) {
    const named = [spec.docModel, spec.detModel, spec.clsModel, spec.recModel, spec.recDict];
    return named.some((value) => value !== undefined) || looksLikeOcr(located);
  },

  async resolve(located, spec, notify, signal) {
    checkBatch(spec);
    const parts = await locateParts(located, spec, notify);
    const { runtimes, known } = await resolveParts(parts, spec, notify, signal);
    const settings = spec.ocr ?? {};
    const config: OcrConfig = {
      readingOrder: settings.profile !== 'paddleocr',
      words: settings.words === true,
      bothWays: settings.profile !== 'paddleocr' && spec.noCls !== true,
      ...(known.doc && { pageOrientation: await readPageOrientation(known.doc, runtimes.doc!, notify) }),
      ...(known.unwarp && { unwarping: readUnwarping(runtimes.unwarp!) }),
      ...(known.det && { detection: readDetection(known.det, runtimes.det!, settings) }),
      ...(known.cls && { orientation: readOrientation(known.cls, runtimes.cls!, settings) }),
      ...(known.rec && {
        recognition: await readRecognition(known.rec, runtimes.rec!, parts.dictionary, spec, notify),
      }),
    };
    const background = settings.profile === 'paddleocr' ? 'drop' : 'auto';
    const decode = decodeOptions(spec, background);
    return { task: 'ocr', name: located.name, config, runtimes, decode };
  },

  /** The stages are loaded by clones only: whoever resolves a model needs none. */
  async open(handle) {
    return (await import('./open.js')).openPipeline(handle);
  },
};

function checkBatch(spec: ModelSpec): void {
  if (spec.batchSize === 1) return;
  const message = `--batch-size ${spec.batchSize} is not available for ocr, which predicts one picture at a time (--rec-batch sets the lines per inference)`;
  throw new FdeployError('BAD_OPTION', message, { expected: '1', found: `${spec.batchSize}` });
}

/** Makes the networks ready one after the other; a network whose part is not known tells it by its output. */
async function resolveParts(
  parts: Parts,
  spec: ModelSpec,
  notify: Notify,
  signal: AbortSignal | undefined,
): Promise<{ runtimes: PerPart<RuntimeHandle>; known: Parts }> {
  const settings = runtimeSettings(spec, notify, signal);
  const runtimes: PerPart<RuntimeHandle> = {};
  let known = parts;
  if (parts.unknown) {
    const runtime = await resolveRuntime(parts.unknown.source, settings);
    const kind = kindByOutput(runtime) ?? 'det';
    runtimes[kind] = runtime;
    known = { ...parts, [kind]: parts.unknown };
  }
  for (const kind of KINDS) {
    const part = known[kind];
    if (!part) continue;
    const source = kind === 'unwarp' ? ({ ...part.source, cut: 'sampling-grid' } as const) : part.source;
    const runtime = (runtimes[kind] ??= await resolveRuntime(source, settings));
    checkNetwork(kind, runtime);
  }
  return { runtimes, known };
}
