import type { FdeployError } from '#src/contracts/errors.js';
import type { Job } from '#src/contracts/protocol.js';
import type { Feed } from '#src/contracts/run.js';
import { sourceKey, type Source } from '#src/contracts/source.js';

/** A file by its name, or by its name's bytes. */
export interface Named {
  image: string;
  imageBytes?: string;
}

/** The source that a path names. */
export function sourceOf({ image, imageBytes }: Named): Source {
  return {
    name: image,
    ...(imageBytes !== undefined && { nameBytes: imageBytes }),
    locator: { kind: 'file', path: image, ...(imageBytes !== undefined && { pathBytes: imageBytes }) },
  };
}

export const jobOf = (index: number, image: string): Job => ({ index, source: sourceOf({ image }) });

/** A list that is read already. */
export class ListFeed implements Feed {
  readonly #jobs: Job[];
  readonly listed: number;
  readonly skipped: number;
  readonly first: Source | undefined;
  readonly ended = true;
  readonly hasPages = false;
  readonly failure: FdeployError | undefined;
  #stopped = false;

  constructor(images: readonly Named[], skip: ReadonlySet<string> = new Set()) {
    const all = images.map((image, index) => ({ index, source: sourceOf(image) }));
    this.#jobs = all.filter(({ source }) => !skip.has(sourceKey(source)));
    this.listed = all.length;
    this.skipped = all.length - this.#jobs.length;
    this.first = all[0]?.source;
  }

  get ready(): number {
    return this.#stopped ? 0 : this.#jobs.length;
  }

  get untaken(): number {
    return this.#jobs.length;
  }

  take(): Job | undefined {
    return this.#stopped ? undefined : this.#jobs.shift();
  }

  onChange(): void {
    // Nothing changes.
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return Promise.resolve();
  }
}
