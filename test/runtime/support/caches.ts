import { chmodSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bytesOf, matmulModel } from '../../support/networks.js';
import { tempFolder } from '../../support/temp.js';
import { resolved, startResolving, type Resolved } from '../support/processes.js';

/** A folder that everybody may read, with a network in it, and caches to prepare it in. */
export class Caches {
  readonly folder = tempFolder();
  /** A network of 0.7 MB. */
  readonly model = this.network('model.onnx', [64, 500, 300, 10]);
  #count = 0;

  constructor() {
    chmodSync(this.folder, 0o755);
    const old = new Date(Date.now() - 60_000);
    utimesSync(this.model, old, old);
  }

  /** Writes a network of matrix products. @returns its file */
  network(name: string, widths: readonly number[]): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, bytesOf(matmulModel(widths)));
    return file;
  }

  /** The path of a cache that is not there yet. */
  next(): string {
    return path.join(this.folder, `cache${this.#count++}`);
  }

  /** Resolves and runs the network in a process of its own. */
  run(cache: string): Promise<Resolved> {
    return resolved(startResolving(this.model, cache));
  }
}

export const entries = (cache: string): string[] => readdirSync(path.join(cache, 'models'));

/** A file of a cache's only entry. */
export const entryFile = (cache: string, name: string): string =>
  path.join(cache, 'models', entries(cache)[0]!, name);

/** What a preparation should not leave behind. */
export const leftovers = (cache: string): string[] =>
  ['temporary', 'locks'].flatMap((name) => readdirSync(path.join(cache, name)));
