import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { computeOf, DEFAULT_COMPUTE, type Compute } from '../contracts/compute.js';
import { FdeployError } from '../contracts/errors.js';
import type { ModelHandle } from '../contracts/model.js';
import type { Format } from '../contracts/results.js';
import type { Shard } from '../contracts/shard.js';
import type { ModelSpec } from '../contracts/spec.js';
import { writeAtomically } from '../files/write-atomically.js';
import { canonicalJson } from './canonical-json.js';

/** Everything that affects an output's records. `--resume` requires that it is equal. */
export interface RunSettings {
  version: 1;
  format: Format;
  /** Folder of the label maps; null if they are in the records. */
  masks: string | null;
  task: string;
  /** The part of the pictures, as in `1/4`; null for all. Older versions did not store it. */
  shard?: string | null;
  /** How the networks were computed; absent in settings of older versions, which only had the default. */
  compute?: Compute;
  /** A hash of each network's files. */
  networks: Readonly<Record<string, string>>;
  /** SHA-256 of everything read from the model's config, its labels and the options. */
  config: string;
  /** The options of the command, for a message that names the difference. */
  said: Record<string, unknown>;
  /** Versions of the software. A different one gives a warning. The first release did not store them. */
  versions?: Versions;
}

/** Versions by name of the software. */
export type Versions = Readonly<Record<string, string>>;

/** The file with an output's settings. */
export function settingsFile(output: string): string {
  return `${output}.run.json`;
}

/**
 * Settings of a run whose model is resolved. Threads, workers, batches and mode do not affect results.
 * @param networks a hash of each network's files, weights included
 */
export function settingsOf(
  handle: ModelHandle,
  networks: Readonly<Record<string, string>>,
  spec: ModelSpec,
  format: Format,
  masks: string | undefined,
  versions: Versions,
  shard?: Shard,
): RunSettings {
  return {
    version: 1,
    format,
    masks: masks ?? null,
    task: handle.task,
    shard: shard ? `${shard.number}/${shard.count}` : null,
    compute: computeOf(Object.values(handle.runtimes)),
    networks,
    config: createHash('sha256')
      .update(canonicalJson({ config: handle.config, decode: handle.decode }))
      .digest('hex'),
    said: { ...spec, threads: undefined, batchSize: undefined, shareWeights: undefined },
    versions,
  };
}

/**
 * Rejects an output with different settings.
 * @returns a warning if another version made it
 * @throws FdeployError RESUME_MISMATCH, also if the settings of `output` are unknown
 */
export async function requireSameSettings(output: string, now: RunSettings): Promise<string | undefined> {
  const before = await readSettings(output);
  const difference = differenceOf(before, now);
  if (difference === undefined) return otherVersions(output, before.versions, now.versions);
  const message = `--resume cannot continue '${output}': ${difference}`;
  throw new FdeployError('RESUME_MISMATCH', message, { file: output });
}

async function readSettings(output: string): Promise<RunSettings> {
  const file = settingsFile(output);
  let reason: string;
  try {
    const settings = JSON.parse(await readFile(file, 'utf8')) as Partial<RunSettings> | null;
    if (settings?.version === 1) return settings as RunSettings;
    reason = 'is not one that this version of fdeploy wrote';
  } catch (cause) {
    reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'cannot be read';
  }
  const message = `--resume cannot continue '${output}': '${file}', which has its settings, ${reason}`;
  throw new FdeployError('RESUME_MISMATCH', message, { file });
}

function differenceOf(before: RunSettings, now: RunSettings): string | undefined {
  if (before.format !== now.format) return `it is ${before.format}, not ${now.format}`;
  if (before.task !== now.task) return `it was made for ${before.task}, this model is for ${now.task}`;
  if (canonicalJson(before.networks) !== canonicalJson(now.networks)) return 'it was made by another model';
  const computed = otherCompute(before.compute, now.compute);
  if (computed !== undefined) return computed;
  if (before.masks !== now.masks) {
    return `its masks are in ${before.masks ?? 'the records'}, not in ${now.masks ?? 'the records'}`;
  }
  if (before.shard !== undefined && before.shard !== now.shard) {
    return `it is for ${partOf(before.shard)} of the pictures, not for ${partOf(now.shard)}`;
  }
  if (before.config === now.config) return undefined;
  const [was, is] = [flat(before.said), flat(now.said)];
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(
    (name) => name !== 'model' && was.get(name) !== is.get(name),
  );
  if (changed.length === 0) return "the model's config or labels have changed since";
  const [name = ''] = changed;
  return `it was made with ${name} ${was.get(name) ?? 'not set'}, now ${is.get(name) ?? 'not set'}`;
}

function partOf(shard: string | null | undefined): string {
  return shard ? `part ${shard}` : 'all';
}

function otherCompute(before = DEFAULT_COMPUTE, now = DEFAULT_COMPUTE): string | undefined {
  for (const what of ['backend', 'device', 'precision'] as const) {
    if (before[what] !== now[what]) return `it was computed with ${what} ${before[what]}, now ${now[what]}`;
  }
  return undefined;
}

function otherVersions(output: string, before: Versions = {}, now: Versions = {}): string | undefined {
  const changes = Object.entries(now)
    .filter(([name, version]) => before[name] !== version)
    .map(([name, version]) => `${name} ${before[name] ?? 'of an unknown version'}, now ${version}`);
  if (changes.length === 0) return undefined;
  return `'${output}' was started with ${changes.join('; ')}: results may differ slightly`;
}

/** `{ocr: {profile: 'best'}}` as `ocr.profile` -> `"best"`. */
function flat(said: Readonly<Record<string, unknown>>, prefix = ''): Map<string, string> {
  const entries = Object.entries(said).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' && value !== null
      ? [...flat(value as Record<string, unknown>, `${prefix}${name}.`)]
      : [[prefix + name, JSON.stringify(value)]],
  );
  return new Map(entries);
}

/**
 * Writes the settings beside `output`, atomically.
 * @throws FdeployError OUTPUT_FAILED
 */
export async function writeSettings(output: string, settings: RunSettings): Promise<void> {
  const file = settingsFile(output);
  try {
    await writeAtomically(file, `${JSON.stringify(settings, undefined, 2)}\n`);
  } catch (cause) {
    const message = `'${file}' cannot be written (${(cause as Error).message})`;
    throw new FdeployError('OUTPUT_FAILED', message, { file, cause });
  }
}
