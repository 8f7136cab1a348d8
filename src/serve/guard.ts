import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '../contracts/protocol.js';
import type { Locator, Source } from '../contracts/source.js';
import type { ModelSpec } from '../contracts/spec.js';
import type { PathMapping } from '../config/flags/queue.js';
import { isKnownModel } from '../config/places/known-models.js';
import type { AddressRule } from '../sources/address-rule.js';
import { isBucket } from '../sources/remote/s3/address.js';
import { loadS3 } from '../sources/remote/s3/client.js';
import { mayNameFile } from './spec-files.js';

/** A locator as it was sent: anybody may have written it. */
interface SentLocator {
  readonly kind: string;
  readonly path?: unknown;
  readonly url?: unknown;
  readonly bucket?: unknown;
  readonly key?: unknown;
  readonly pathBytes?: unknown;
}

/** A job that this worker does not do. The message says why. */
export class Refusal extends Error {}

/** What jobs may read on this machine: files below the roots, and addresses that the rule permits. */
export class Guard {
  readonly #roots: readonly string[];
  readonly #maps: readonly PathMapping[];
  readonly #rule: AddressRule;

  private constructor(roots: readonly string[], maps: readonly PathMapping[], rule: AddressRule) {
    this.#roots = roots;
    this.#maps = maps;
    this.#rule = rule;
  }

  /** @throws NodeJS.ErrnoException if a root cannot be resolved */
  static async of(roots: readonly string[], maps: readonly PathMapping[], rule: AddressRule): Promise<Guard> {
    return new Guard(await Promise.all(roots.map((root) => realpath(root))), maps, rule);
  }

  /**
   * A job's model on this machine.
   * @throws Refusal if one of its files is outside the roots
   */
  async model(spec: ModelSpec): Promise<ModelSpec> {
    const entries = Object.entries(spec).map(async ([name, value]: [string, unknown]) => {
      if (!mayNameFile(name, value) || isKnownModel(value)) return [name, value] as const;
      const file = this.#mapped(value);
      if (!path.isAbsolute(file) && !(await exists(file))) return [name, file] as const; // a name
      await this.#require(file, `the model's ${name}`);
      return [name, file] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as unknown as ModelSpec;
  }

  /**
   * A job's pictures with their places on this machine.
   * @throws FdeployError PACKAGE_MISSING; Refusal if one is outside the roots, has an address that is not permitted, or is of an unknown kind
   */
  async pictures(jobs: readonly Job[]): Promise<Job[]> {
    return await Promise.all(
      jobs.map(async (job) => ({
        ...job,
        source: { ...job.source, locator: await this.#locator(job.source) },
      })),
    );
  }

  async #locator({ name, locator, failure }: Source): Promise<Locator> {
    const { kind, path: named, pathBytes } = locator as SentLocator;
    const address = addressIn(locator);
    if (address) {
      if (address.kind === 's3') await loadS3();
      const refusal = failure === undefined ? this.#rule.refusal(address) : undefined; // a failed one is not fetched
      if (refusal !== undefined) throw new Refusal(`this worker does not fetch ${name}: ${refusal}`);
      return address;
    }
    if (kind !== 'file' || typeof named !== 'string') {
      throw new Refusal(`this worker does not read sources of kind ${kind}`);
    }
    if (pathBytes !== undefined) {
      throw new Refusal(`this worker does not read ${name}: its name is not UTF-8`);
    }
    const file = this.#mapped(named);
    await this.#require(file, 'the picture');
    return { kind, path: file };
  }

  #mapped(file: string): string {
    for (const { from, to } of this.#maps) {
      if (file === from) return to;
      const prefix = from.endsWith('/') ? from : `${from}/`;
      if (file.startsWith(prefix)) return path.join(to, file.slice(prefix.length));
    }
    return file;
  }

  async #require(file: string, what: string): Promise<void> {
    const real = await realLocation(path.resolve(file));
    if (this.#roots.some((root) => isBelow(real, root))) return;
    throw new Refusal(`${what} ${file} is not below ${this.#roots.join(' or ')}, where this worker reads`);
  }
}

/** The address in a locator; undefined if it has none. */
function addressIn({ kind, url, bucket, key }: SentLocator): Locator | undefined {
  if (kind === 'http' && typeof url === 'string') return { kind, url };
  const isS3 = kind === 's3' && typeof bucket === 'string' && isBucket(bucket) && typeof key === 'string';
  return isS3 ? { kind, bucket, key } : undefined;
}

/** Whether the pictures are files, and none of them is on this machine. */
export async function seesNone(jobs: readonly Job[]): Promise<boolean> {
  for (const { source } of jobs) {
    if (source.locator.kind !== 'file' || (await exists(source.locator.path))) return false;
  }
  return true;
}

/** The real path of a file; of one that is missing, its name in the real path of the nearest folder that exists. */
async function realLocation(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(await realLocation(folder), path.basename(file));
  }
}

function isBelow(file: string, root: string): boolean {
  const relative = path.relative(root, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
