import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { locateModel, type LocatedModel } from '../config/locate.js';
import { expandOwnConfig } from '../config/own-config.js';
import { asFdeployError, type ErrorCode } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { Task } from '../contracts/results.js';
import type { RuntimeHandle } from '../contracts/runtime.js';
import type { ModelSpec } from '../contracts/spec.js';
import type { ValueInfo } from '../contracts/tensor.js';
import { cacheRoot } from '../config/cache-location.js';
import { listEntries } from '../runtime/cache/usage.js';
import { resolveLocated, taskOf } from '../tasks/registry.js';
import { inspectGraph, type InspectedGraph } from './graph.js';
import { findLists, listSettings, type InspectedSetting } from './settings.js';

export interface InspectedNetwork {
  /** Of a pipeline: det, cls, rec; else the task. */
  part: string;
  file: string;
  format: 'onnx' | 'paddle-program' | 'paddle-pir' | 'ort';
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  /** Keys of the network's own metadata. */
  metadata: string[];
  /** `cached`: was prepared before; `prepared`: was prepared by this inspection; `unshared`: each clone loads its own copy. */
  weights: 'cached' | 'prepared' | 'unshared';
  /** The file that clones open. */
  opens: string;
  /** Nodes by operator, if requested. */
  graph?: InspectedGraph | null;
}

/** An option that was given, and where. */
export interface InspectedOption {
  option: string;
  value: unknown;
  from: string;
}

/** How fdeploy reads a model; incomplete if something is wrong with it. */
export interface Inspection {
  model: string;
  name: string | null;
  task: Task | null;
  /** The config file. */
  config: string | null;
  /** The suite's name for the network, if its config has one. */
  family: string | null;
  files: { file: string; bytes: number }[];
  networks: InspectedNetwork[];
  /** Options that were given. All others have the default of the model's config or the task. */
  options: InspectedOption[];
  settings: InspectedSetting[];
  lists: { name: string; count: number; first: (string | null)[] }[];
  /** Fields missing in the config, with their defaults. */
  defaulted: { field: string; value: unknown }[];
  /** Remarks. */
  notes: string[];
  /** Problems; empty if the model can be used. */
  problems: { code: ErrorCode; message: string; expected?: string; found?: string }[];
}

const SHOWN_ENTRIES = 5;

const formatOf = (file: string): InspectedNetwork['format'] => {
  if (file.endsWith('.onnx')) return 'onnx';
  if (file.endsWith('.ort')) return 'ort';
  return file.endsWith('.json') ? 'paddle-pir' : 'paddle-program';
};

async function filesOf(located: LocatedModel, handle: ModelHandle | undefined): Promise<Inspection['files']> {
  const { directory } = located;
  const inside = directory === undefined ? [] : await readdir(directory, { withFileTypes: true });
  const names = inside.filter((entry) => entry.isFile()).map((entry) => join(directory!, entry.name));
  const networks = Object.values(handle?.runtimes ?? {}).map(({ source }) => source);
  const files = [...new Set([...names.sort(), ...networks])];
  return Promise.all(files.map(async (file) => ({ file, bytes: (await stat(file)).size })));
}

function networkOf(
  part: string,
  runtime: RuntimeHandle,
  before: ReadonlySet<string>,
  graph: boolean,
): InspectedNetwork {
  const cached = before.has(dirname(runtime.file));
  return {
    part,
    file: runtime.source,
    format: formatOf(runtime.source),
    inputs: runtime.inputs,
    outputs: runtime.outputs,
    metadata: Object.keys(runtime.metadata),
    weights: runtime.prepared ? (cached ? 'cached' : 'prepared') : 'unshared',
    opens: runtime.file,
    ...(graph && { graph: inspectGraph(runtime) }),
  };
}

/** The suite's name for the network: PaddleDetection's `arch`, PaddleX's `model_name`. */
function familyOf(located: LocatedModel): string | null {
  const { config } = located;
  if (!config) return null;
  const names = [config.map.arch, config.has('Global') ? config.child('Global').map.model_name : undefined];
  return names.find((name) => typeof name === 'string') ?? null;
}

/**
 * Inspects a model as `predict` would open it. Prepares the model in the cache if it is not there yet. Problems of the model
 * are returned, not thrown.
 * @param options graph: also count its nodes by operator
 */
export async function inspectModel(
  named: ModelSpec,
  { graph = false }: { graph?: boolean } = {},
): Promise<Inspection> {
  const inspection: Inspection = {
    model: named.model,
    name: null,
    task: named.task ?? null,
    config: null,
    family: null,
    files: [],
    networks: [],
    options: [],
    settings: [],
    lists: [],
    defaulted: [],
    notes: [],
    problems: [],
  };
  const before = new Set(listEntries(cacheRoot()).map(({ folder }) => folder));
  let located: LocatedModel | undefined;
  let handle: ModelHandle | undefined;
  try {
    const spec = await expandOwnConfig(named);
    located = await locateModel(spec);
    inspection.name = located.name;
    inspection.config = located.config?.file ?? null;
    inspection.family = familyOf(located);
    inspection.task = await taskOf(located, spec);
    located.config?.defaulted.clear(); // what only the question for the task had asked for
    handle = await resolveLocated(located, spec, (sentence) => inspection.notes.push(sentence));
  } catch (thrown) {
    const { code, message, expected, found } = asFdeployError(thrown);
    inspection.problems.push({
      code,
      message,
      ...(expected !== undefined && { expected }),
      ...(found !== undefined && { found }),
    });
  }
  if (located) {
    inspection.files = await filesOf(located, handle);
    inspection.defaulted = [...(located.config?.defaulted ?? [])].map(([field, value]) => ({ field, value }));
  }
  if (handle) describeHandle(handle, inspection, before, graph);
  return inspection;
}

function describeHandle(
  handle: ModelHandle,
  inspection: Inspection,
  before: ReadonlySet<string>,
  graph: boolean,
): void {
  inspection.name = handle.name;
  inspection.networks = Object.entries(handle.runtimes).map(([part, runtime]) =>
    networkOf(part, runtime, before, graph),
  );
  inspection.settings = [
    ...Object.entries(handle.decode).map(([name, value]) => ({
      part: 'decoding',
      name,
      value: value as unknown,
    })),
    ...listSettings(handle.config),
  ];
  inspection.lists = findLists(handle.config).map(({ name, entries }) => ({
    name,
    count: entries.length,
    first: entries.slice(0, SHOWN_ENTRIES),
  }));
}
