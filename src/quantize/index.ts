/** int8: calibrates a model on pictures and decides which layers stay float. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { fdeployVersion } from '../config/version.js';
import { asFdeployError, FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { Picture } from '../contracts/picture.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';
import { decodePicture } from '../images/decode.js';
import {
  int8Layers,
  storedTensors,
  tableFile,
  type NamedTable,
  type TableFile,
} from '../onnx/quantize/index.js';
import { SIMPLIFIER_VERSION } from '../onnx/simplify/version.js';
import { saturates, softwareVersions } from '../runtime/prepared-models.js';
import { resolveModel } from '../tasks/registry.js';
import { Calibration, type Calibrated } from './calibrate.js';
import { decide, MIN_SPEEDUP, percent, type Decision } from './control.js';
import { evaluate, predictFloat, type Evaluation, type Tables } from './evaluate.js';
import { floatNetworks, type FloatNetwork } from './networks.js';
import { rankLayers } from './rank.js';
import { MEASURES } from './agreement.js';
import type { NetworkReport, QuantizeReport } from './report.js';

export { reportText, reportMarkdown, type QuantizeReport } from './report.js';

export interface QuantizeOptions {
  spec: ModelSpec;
  /** Paths of pictures. */
  pictures: readonly string[];
  /** The largest drop of the agreement with float32, 0 to 1. */
  maxDrop: number;
  notify: Notify;
  signal?: AbortSignal;
  /** Is called when the model is open, before anything is computed. What it throws ends the call. */
  onOpen?: (handle: ModelHandle) => Promise<void>;
}

/** Every third picture is held out: the ranges do not know it. */
const HELD_OUT_EVERY = 3;
/** Inferences of a network per picture that are calibrated: a page has many lines. */
const RUNS_PER_PICTURE = 8;
const FEW_PICTURES = 12;

/**
 * Calibrates a model and chooses the layers that run in int8.
 * @returns the report, and the tables; no tables if no setting holds the limit and is faster than float32 by 10 %
 * @throws FdeployError of kind `call`; of the first picture, if none can be read; the signal's reason
 */
export async function quantizeModel(
  options: QuantizeOptions,
): Promise<{ report: QuantizeReport; file: TableFile | undefined; hashes: string[]; handle: ModelHandle }> {
  const { notify, signal, maxDrop } = options;
  const handle = await resolveModel({ ...options.spec, shareWeights: false }, notify, signal);
  await options.onOpen?.(handle);
  const { used, hash } = await readablePictures(options, handle);
  const heldOut =
    used.length === 1
      ? used
      : used.filter((_, i) => i % HELD_OUT_EVERY === HELD_OUT_EVERY - 1 || (used.length === 2 && i === 1));
  const calibration = used.length === 1 ? used : used.filter((file) => !heldOut.includes(file));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fdeploy-quantize-'));
  const decode = (files: readonly string[]): AsyncIterable<Picture> => decoded(files, handle);
  try {
    const networks = await floatNetworks(handle, folder);
    const calibrated = await calibrate(handle, networks, decode(calibration), signal);
    const judge = (tables: Tables): Promise<Evaluation> =>
      evaluate(handle, networks, tables, decode(heldOut), signal);
    const decisions: Record<string, Decision> = {};
    for (const network of networks) {
      const found = calibrated[network.part];
      if (!found) {
        const reason = 'the network was not run on these pictures';
        decisions[network.part] = { table: undefined, evaluation: undefined, reason, errors: [] };
        continue;
      }
      const rank: Parameters<typeof decide>[3]['rank'] = (table) =>
        rankLayers(network, table, found.feeds, signal);
      decisions[network.part] = await decide(
        network,
        found,
        { maxDrop },
        { evaluate: judge, rank, say: notify },
      );
    }
    const together = await combine(decisions, maxDrop, judge, notify);
    const report: QuantizeReport = {
      model: handle.name,
      task: handle.task,
      measure: MEASURES[handle.task],
      pictures: { calibration: calibration.length, heldOut: heldOut.length },
      maxDrop,
      accepted: together !== undefined,
      ...(together && {
        drop: together.drop,
        scoreDifference: together.scoreDifference,
        speedup: together.speedup,
      }),
      networks: networks.map((network) => networkReport(network, decisions[network.part]!)),
      warnings: warnings(calibration.length, used.length),
    };
    const tables = networks.map((network) =>
      namedTable(network, decisions[network.part]!, calibrated[network.part]),
    );
    const made = {
      model: handle.name,
      simplifier: SIMPLIFIER_VERSION,
      versions: softwareVersions('onnxruntime'),
      calibration: { pictures: calibration.length, heldOut: heldOut.length, hash },
      agreement: { measure: report.measure, drop: report.drop, maxDrop },
    };
    const file = together ? tableFile(tables, made) : undefined;
    return { report, file, hashes: networks.map(({ hash }) => hash), handle };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* decoded(files: readonly string[], { decode }: ModelHandle): AsyncGenerator<Picture> {
  for (const file of files) yield await decodePicture(file, decode);
}

/** Pictures that can be decoded, and a hash of their pixels. Others are named and left out. */
async function readablePictures(
  { pictures, notify, signal }: QuantizeOptions,
  { decode }: ModelHandle,
): Promise<{ used: string[]; hash: string }> {
  const used: string[] = [];
  const hash = createHash('sha256').update(fdeployVersion());
  let failure: FdeployError | undefined;
  for (const file of pictures) {
    signal?.throwIfAborted();
    try {
      hash.update((await decodePicture(file, decode)).data);
      used.push(file);
    } catch (error) {
      failure ??= asFdeployError(error);
      notify(`${file} is left out: ${asFdeployError(error).message}`);
    }
  }
  if (used.length > 0) return { used, hash: hash.digest('hex') };
  throw new FdeployError(
    'NO_IMAGES',
    'none of the pictures can be read: quantize needs pictures to calibrate on',
    {
      cause: failure,
    },
  );
}

async function calibrate(
  handle: ModelHandle,
  networks: readonly FloatNetwork[],
  pictures: AsyncIterable<Picture>,
  signal: AbortSignal | undefined,
): Promise<Record<string, Calibrated>> {
  const open: Record<string, Calibration> = {};
  for (const network of networks) open[network.part] = await Calibration.open(network);
  let runs: Record<string, number> = {};
  const perPicture = async function* (): AsyncGenerator<Picture> {
    for await (const picture of pictures) {
      runs = {};
      yield picture;
    }
  };
  const see =
    (part: string) =>
    async (feeds: Parameters<Calibration['see']>[0]): Promise<void> => {
      runs[part] = (runs[part] ?? 0) + 1;
      if (runs[part] <= RUNS_PER_PICTURE) await open[part]?.see(feeds);
    };
  const found: Record<string, Calibrated> = {};
  try {
    await predictFloat(handle, networks, perPicture(), see, signal);
  } finally {
    for (const [part, one] of Object.entries(open)) {
      const { runs } = one;
      const calibrated = await one.close();
      if (runs > 0) found[part] = calibrated;
    }
  }
  return found;
}

/** All networks together; the one with the largest drop becomes float32 until the limit holds. Changes `decisions`. */
async function combine(
  decisions: Record<string, Decision>,
  maxDrop: number,
  judge: (tables: Tables) => Promise<Evaluation>,
  notify: Notify,
): Promise<Evaluation | undefined> {
  for (;;) {
    const chosen = Object.entries(decisions).filter(([, { table }]) => table !== undefined);
    if (chosen.length === 0) return undefined;
    const evaluation = await judge(Object.fromEntries(chosen.map(([part, { table }]) => [part, table!])));
    if (chosen.length > 1) notify(`all networks: drop ${percent(evaluation.drop)}`);
    if (evaluation.drop <= maxDrop && evaluation.speedup >= MIN_SPEEDUP) return evaluation;
    const dropOf = ({ evaluation }: Decision): number => evaluation?.drop ?? 0;
    const [part, worst] = chosen.sort(([, a], [, b]) => dropOf(b) - dropOf(a))[0]!;
    decisions[part] = {
      ...worst,
      table: undefined,
      reason: 'together with the other networks beyond the limit',
    };
  }
}

function networkReport(
  { part, layers, runtime }: FloatNetwork,
  { table, evaluation, reason, errors }: Decision,
): NetworkReport {
  const weighted = layers.filter(({ weights }) => weights).map(({ name }) => name);
  const float = table ? weighted.filter((name) => Object.hasOwn(table.float, name)) : weighted;
  const times = evaluation?.ms[part];
  return {
    part,
    file: runtime.source,
    precision: table ? 'int8' : 'float32',
    reason,
    layers: { int8: weighted.length - float.length, float: float.length },
    floatLayers: table?.float ?? {},
    ...(evaluation && { drop: evaluation.drop, scoreDifference: evaluation.scoreDifference }),
    ...(times && { ms: times }),
    errors: errors.slice(0, 20),
  };
}

/** The ranges and corrections that the chosen layers use. */
function namedTable(
  { part, hash, layers }: FloatNetwork,
  { table, reason }: Decision,
  calibrated: Calibrated | undefined,
): NamedTable & { reason: string; methods?: Record<string, string> } {
  if (!table) return { part, network: hash, ranges: {}, float: {}, reason };
  const kept = int8Layers(layers, (name) => Object.hasOwn(table.float, name));
  const names = [...storedTensors(kept)];
  const layerNames = new Set(kept.map(({ name }) => name));
  const only = <T>(values: Readonly<Record<string, T>>, wanted: readonly string[]): Record<string, T> =>
    Object.fromEntries(wanted.flatMap((name) => (name in values ? [[name, values[name]!]] : [])));
  return {
    part,
    network: hash,
    reason,
    ranges: only(table.ranges, names),
    float: table.float,
    bias: only(table.bias ?? {}, [...layerNames]),
    methods: only(calibrated?.methods ?? {}, names),
  };
}

function warnings(calibration: number, all: number): string[] {
  const found: string[] = [];
  if (all === 1)
    found.push('one picture only: the agreement is measured on the picture that the ranges come from');
  else if (calibration < FEW_PICTURES) {
    found.push(
      `only ${calibration} pictures to calibrate on: with ${FEW_PICTURES} or more the ranges are safer`,
    );
  }
  if (saturates()) {
    found.push(
      'this processor has no VNNI instructions: products are computed in 16 bits more (x64quantprecision), exact but slower',
    );
  }
  return found;
}
