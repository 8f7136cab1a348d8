import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FdeployError, messageOf } from '../../../../contracts/errors.js';
import type { ModelSource } from '../../../../contracts/runtime.js';
import { describeOnnx } from '../../../../onnx/describe.js';
import { cutToSamplingGrid } from '../../../../onnx/sampling-grid.js';
import { makeFolder } from '../../../../files/make-folder.js';
import { quantizeFile, type NetworkTable } from '../../../../onnx/quantize/index.js';
import { countOperators } from '../../../../onnx/operators.js';
import { convertPaddleModel } from '../../../../paddle/index.js';
import type { GraphReport, PreparedNetwork } from '../../../network.js';
import { refuseHugeInputs } from '../input-sizes.js';
import { exactProducts } from '../saturation.js';
import { openSession, type Session } from '../session.js';
import { alignWeights, IncompleteWeights } from './layout.js';
import { MODEL_FILE, WEIGHTS_FILE, type PrepareJob } from './messages.js';
import { outputDifference, probeFeeds, type Trial } from './probe.js';
import { simplifiedFolder, simplifyNetwork, type SimplifiedNetwork } from './simplified.js';

/** Thrown if the prepared network's outputs differ from the original's. */
export class DifferentOutputs extends Error {}

/** Smaller weights stay in the model's file. */
const MIN_EXTERNAL_BYTES = 1024;
/** Files that are not part of the entry. */
const SCRATCH_FOLDER = 'scratch';
const RAW_MODEL = 'raw.onnx';
const RAW_WEIGHTS = 'raw.bin';

/**
 * Does one job, in a separate process.
 * @throws FdeployError if the user's model is invalid; DifferentOutputs; IncompleteWeights; errors of the file system
 */
export async function prepareNetwork(job: PrepareJob): Promise<PreparedNetwork> {
  if (job.action === 'describe') return describeBySession(nameOf(job.source));
  const original = await originalOf(job);
  const { inputs, outputs, metadata } = describeOnnx(original);
  refuseHugeInputs(inputs, nameOf(job.source));
  const network = { inputs, outputs, metadata };
  if (job.action !== 'prepare') {
    if (job.quantization) await writeQuantized(original, job, job.quantization, network);
    return network;
  }
  const graph = await share(original, job, network);
  await rm(path.join(job.directory, SCRATCH_FOLDER), { recursive: true, force: true });
  return { ...network, graph };
}

/** The network as ONNX: the user's file, or one that is written, which is the result of `convert`. */
async function originalOf({ source, action, directory, quantization }: PrepareJob): Promise<string> {
  const isResult = action === 'convert' && quantization === undefined;
  const scratch = (name: string): string => path.join(directory, SCRATCH_FOLDER, name);
  const whole = isResult && source.cut === undefined ? directory : scratch('whole');
  const onnx = source.kind === 'onnx' ? source.file : await convert(source, whole);
  if (source.cut === undefined) return onnx;
  const file = await cutToSamplingGrid(onnx, isResult ? directory : scratch('cut'), nameOf(source));
  if (isResult) await rm(scratch(''), { recursive: true, force: true });
  return file;
}

/** Writes a Paddle export as ONNX into a folder. @returns the file */
async function convert(source: ModelSource & { kind: 'paddle' }, folder: string): Promise<string> {
  const { onnx, externalData } = await convertPaddleModel(source);
  makeFolder(folder);
  const file = path.join(folder, MODEL_FILE);
  await writeFile(file, onnx, { flush: true });
  if (externalData) {
    await writeFile(path.join(folder, externalData.location), externalData.data, { flush: true });
  }
  return file;
}

function nameOf(source: ModelSource): string {
  return source.kind === 'onnx' ? source.file : source.model;
}

async function share(original: string, job: PrepareJob, network: PreparedNetwork): Promise<GraphReport> {
  const inside = (name: string): string => path.join(job.directory, name);
  const raw = { model: inside(RAW_MODEL), weights: inside(RAW_WEIGHTS), location: RAW_WEIGHTS };
  const final = { model: inside(MODEL_FILE), weights: inside(WEIGHTS_FILE), location: WEIGHTS_FILE };

  const probe = (session: Session): Promise<Trial> => firstThatRuns(session, network, nameOf(job.source));
  const simplified = await simplify(original, job, network);
  const float = simplified?.file ?? original;
  const file = job.quantization
    ? await quantizeFile(float, inside('quantized'), job.quantization, nameOf(job.source))
    : float;
  const session = await optimise(file, raw.model, job);
  const { feeds, outputs } = (file === float ? simplified?.trial : undefined) ?? (await probe(session));
  await session.close();
  await rm(simplifiedFolder(job.directory), { recursive: true, force: true });
  await rm(inside('quantized'), { recursive: true, force: true });

  // A network with small weights only has no weights file.
  if (!existsSync(raw.weights)) await writeFile(raw.weights, '');
  await alignWeights(raw, final);
  await rm(raw.model);
  await rm(raw.weights);

  const prepared = await openSession(final.model, {
    threads: 1,
    optimise: false,
    extra: exactProducts(job.quantization !== undefined),
  }).catch((error: unknown) => {
    throw new DifferentOutputs(`onnxruntime cannot open what it made of it (${messageOf(error).trim()})`);
  });
  const difference = outputDifference(outputs, await prepared.run(feeds));
  await prepared.close();
  if (difference !== undefined) throw new DifferentOutputs(difference);
  return {
    model: countOperators(original),
    prepared: countOperators(final.model),
    ...(simplified?.report ?? { rules: {}, leftOut: [] }),
  };
}

/** The network as it is optimised, or quantised; undefined if there is nothing to simplify. */
async function simplify(
  original: string,
  job: PrepareJob,
  network: PreparedNetwork,
): Promise<SimplifiedNetwork | undefined> {
  if (!job.simplify) return undefined;
  return simplifyNetwork(original, simplifiedFolder(job.directory), async () => {
    const session = await openOriginal(original, nameOf(job.source));
    const trial = await firstThatRuns(session, network, nameOf(job.source));
    await session.close();
    return trial;
  });
}

/** Writes the network with quantisation operators as the job's result. */
async function writeQuantized(
  original: string,
  job: PrepareJob,
  table: NetworkTable,
  network: PreparedNetwork,
): Promise<void> {
  const simplified = await simplify(original, job, network);
  await quantizeFile(simplified?.file ?? original, job.directory, table, nameOf(job.source));
  for (const folder of [simplifiedFolder(job.directory), path.join(job.directory, SCRATCH_FOLDER)]) {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Opens the original and lets onnxruntime write the optimised network. */
async function optimise(original: string, optimisedFile: string, job: PrepareJob): Promise<Session> {
  const settings = { threads: 1, optimise: true };
  try {
    return await openSession(original, {
      ...settings,
      optimisedFile,
      extra: {
        ...exactProducts(job.quantization !== undefined),
        optimized_model_external_initializers_file_name: RAW_WEIGHTS,
        optimized_model_external_initializers_min_size_in_bytes: String(MIN_EXTERNAL_BYTES),
        save_external_prepacked_constant_initializers: job.prepack ? '1' : '0',
      },
    });
  } catch (error) {
    // Either the network or the target folder is at fault: onnxruntime's message is the same for both.
    const session = await openSession(original, settings).catch(() => undefined);
    if (!session) throw invalid(nameOf(job.source), error);
    await session.close();
    throw new IncompleteWeights(messageOf(error).trim());
  }
}

/** The outputs of the original for the first probe that it accepts. */
async function firstThatRuns(session: Session, { inputs }: PreparedNetwork, source: string): Promise<Trial> {
  let failure: unknown;
  for (const feeds of probeFeeds(inputs)) {
    try {
      return { feeds, outputs: await session.run(feeds) };
    } catch (error) {
      failure = error;
    }
  }
  throw new DifferentOutputs(
    `${source} took none of the inputs it was tried with (${messageOf(failure).trim()})`,
  );
}

function openOriginal(file: string, source: string): Promise<Session> {
  return openSession(file, { threads: 1, optimise: true }).catch((error: unknown) => {
    throw invalid(source, error);
  });
}

/** Inputs and outputs from onnxruntime, which does not report the metadata. */
async function describeBySession(file: string): Promise<PreparedNetwork> {
  const session = await openOriginal(file, file);
  await session.close();
  return { inputs: [...session.inputs], outputs: [...session.outputs], metadata: {} };
}

function invalid(file: string, cause: unknown): FdeployError {
  if (cause instanceof FdeployError) return cause;
  const message = `onnxruntime cannot open ${file}: ${messageOf(cause).trim()}`;
  return new FdeployError('MODEL_INVALID', message, { file, cause });
}
