import { closeSync } from 'node:fs';
import path from 'node:path';
import { FdeployError } from '../../../contracts/errors.js';
import type { ModelSource, RuntimeHandle } from '../../../contracts/runtime.js';
import type { RuntimeSettings } from '../../../contracts/backend.js';
import { DEFAULT_COMPUTE, type Precision } from '../../../contracts/compute.js';
import type { Notify } from '../../../contracts/spec.js';
import { openNetworkFile } from '../../../files/network-file.js';
import { contentHash } from '../../cache/content.js';
import { entryKey } from '../../cache/environment.js';
import { cacheRoot } from '../../../config/cache-location.js';
import { CacheUnusable, NotPreparable, obtainEntry, type Entry } from './prepare/obtain.js';
import { privateFolder } from '../../../files/private-folder.js';
import { isOrtFormat } from '../../../onnx/ort-format.js';
import type { NamedTable } from '../../../onnx/quantize/index.js';
import { checkDevice } from './devices/check.js';
import { findTable } from './find-table.js';
import { keyParts } from './key-parts.js';
import { refuseHugeInputs } from './input-sizes.js';
import { MODEL_FILE, type PrepareJob } from './prepare/messages.js';
import { disableTelemetry } from './telemetry.js';

/**
 * Prepares a network so that any thread or process can open it. If it is not in the cache, a child process converts and
 * prepares it. No session is opened in this process.
 * @throws FdeployError BAD_OPTION for a precision that onnxruntime does not have; DEVICE_UNAVAILABLE;
 *   QUANTIZATION_MISSING, QUANTIZATION_INVALID; MODEL_NOT_FOUND, MODEL_INVALID, MODEL_UNSUPPORTED, LFS_POINTER, PREPARE_LIMIT, OUTPUT_FAILED (a
 *   Paddle export with no place to convert it to); the signal's reason
 */
export async function resolveSession(source: ModelSource, settings: RuntimeSettings): Promise<RuntimeHandle> {
  const { device = DEFAULT_COMPUTE.device } = settings;
  const onCpu = device === DEFAULT_COMPUTE.device;
  refusePrecision(settings.precision, device);
  disableTelemetry(); // done done here, since workers may be threads of this process
  const name = source.kind === 'onnx' ? source.file : source.model;
  for (const file of source.kind === 'onnx' ? [name] : [name, source.params]) failIfUnfit(file);
  const table = settings.precision === 'int8' ? await findTable(source, settings.signal) : undefined;
  const compute = { ...DEFAULT_COMPUTE, device, ...(table && { precision: 'int8' }) };
  const common = { ...compute, source: name, original: absolute(source), threads: settings.threads };

  if (!onCpu) await checkDevice(device, settings.signal);
  if (source.kind === 'onnx' && isOrtFormat(name)) {
    if (!onCpu) throw notOnDevice(name, device);
    if (source.cut !== undefined) throw notCuttable(name);
    const { network } = await obtain(source, 'describe', settings);
    return { ...common, ...network, file: path.resolve(name), prepared: false };
  }
  // Prepared networks have operators that the CPU alone computes.
  if (settings.shareWeights && onCpu) {
    try {
      const { folder, network } = await obtain(source, 'prepare', settings, table);
      const { inputs, outputs, metadata } = network;
      return { ...common, inputs, outputs, metadata, file: path.join(folder, MODEL_FILE), prepared: true };
    } catch (error) {
      if (!(error instanceof NotPreparable || error instanceof CacheUnusable)) throw error;
      sayOnce(settings.notify, `The clones of ${name} do not share their weights: ${error.message}.`);
    }
  }
  if (source.kind === 'onnx' && source.cut === undefined && !table) {
    const { describeOnnx } = await import('../../../onnx/describe.js');
    const { externalFiles } = await import('../../../onnx/external-data.js');
    const { inputs, outputs, metadata, externalFiles: weights } = describeOnnx(name);
    externalFiles(name, weights);
    refuseHugeInputs(inputs, name);
    return { ...common, inputs, outputs, metadata, file: path.resolve(name), prepared: false };
  }
  const { folder, network } = await obtain(source, 'convert', settings, table).catch((cause: unknown) => {
    if (!(cause instanceof CacheUnusable || cause instanceof NotPreparable)) throw cause;
    const message = `${name} cannot be converted to ONNX: ${cause.message}`;
    throw new FdeployError('OUTPUT_FAILED', message, { file: name, cause });
  });
  return { ...common, ...network, file: path.join(folder, MODEL_FILE), prepared: false };
}

/** The networks' own numbers are float32; int8 is emitted from them. */
function refusePrecision(precision: Precision = 'auto', device: string): void {
  if (precision === 'int8' && device !== DEFAULT_COMPUTE.device) {
    const message = `--precision int8 needs --device cpu, not ${device}`;
    throw new FdeployError('BAD_OPTION', message, { file: '--precision', found: precision });
  }
  if (precision !== 'bfloat16') return;
  const message = `--precision ${precision} needs --backend openvino: onnxruntime computes in float32 and int8`;
  throw new FdeployError('BAD_OPTION', message, {
    file: '--precision',
    expected: 'auto, float32, int8',
    found: precision,
  });
}

function notCuttable(file: string): FdeployError {
  const message = `${file} is in onnxruntime's own format, of which fdeploy cannot run a part: use the ONNX model`;
  return new FdeployError('MODEL_UNSUPPORTED', message, { file, expected: 'ONNX' });
}

function notOnDevice(file: string, device: string): FdeployError {
  const message = `--device ${device}: ${file} is in onnxruntime's own format, which is made for one device: use the ONNX model`;
  return new FdeployError('MODEL_UNSUPPORTED', message, { file, expected: 'ONNX' });
}

function failIfUnfit(file: string | undefined): void {
  if (file !== undefined) closeSync(openNetworkFile(file).descriptor);
}

/** From the cache, or from a private cache of this process if the cache cannot be written. */
async function obtain(
  source: ModelSource,
  action: PrepareJob['action'],
  { notify, signal }: RuntimeSettings,
  table?: NamedTable,
): Promise<Entry> {
  const name = source.kind === 'onnx' ? source.file : source.model;
  const root = cacheRoot();
  const parts = [...keyParts(table), ...(source.cut === undefined ? [] : [source.cut])];
  const key = entryKey(table?.network ?? (await contentHash(source, root, signal)), action, parts);
  const request = {
    key,
    source: absolute(source),
    name,
    action,
    notify,
    ...(table && { quantization: table }),
    ...(signal && { signal }),
  };
  try {
    return await obtainEntry(root, request);
  } catch (error) {
    if (!(error instanceof CacheUnusable)) throw error;
    const entry = await obtainEntry(await privateFolder(), request);
    sayOnce(
      notify,
      `The cache folder ${root} cannot be used (${error.message}): prepared models are kept for this run only.`,
    );
    return entry;
  }
}

function absolute(source: ModelSource): ModelSource {
  if (source.kind === 'onnx') return { ...source, file: path.resolve(source.file) };
  const { model, params } = source;
  return {
    ...source,
    model: path.resolve(model),
    ...(params !== undefined && { params: path.resolve(params) }),
  };
}

const said = new WeakMap<Notify, Set<string>>();

/** A pipeline has several networks; equal messages are sent once. */
function sayOnce(notify: Notify, sentence: string): void {
  const sentences = said.get(notify) ?? new Set();
  said.set(notify, sentences);
  if (sentences.has(sentence)) return;
  sentences.add(sentence);
  notify(sentence);
}
