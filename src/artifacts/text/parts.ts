import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../files/make-folder.js';
import { writeAtomically } from '../../files/write-atomically.js';
import type { ReadText, TextPage } from './page.js';

/**
 * The pages of a document that were read so far, one file each in a folder beside its text files. Workers answer in any order, and
 * a run may be killed: the pages wait here until the document is complete.
 */
export class PageParts {
  readonly #folder: string;

  /** @param file a text file of the document; the folder has its name and the ending `.pages` */
  constructor(file: string) {
    this.#folder = `${file}.pages`;
  }

  get exist(): boolean {
    return existsSync(this.#folder);
  }

  /** Numbers of the pages that are here. */
  numbers(): Set<number> {
    if (!this.exist) return new Set();
    return new Set(
      readdirSync(this.#folder).flatMap((name) => {
        const [, number] = /^(\d+)\.json$/.exec(name) ?? [];
        return number === undefined ? [] : [Number(number)];
      }),
    );
  }

  async write(number: number, read: ReadText): Promise<void> {
    makeFolder(this.#folder);
    await writeAtomically(this.#file(number), JSON.stringify(read), { durable: false });
  }

  /** Removes a page of an earlier run. */
  async drop(number: number): Promise<void> {
    await rm(this.#file(number), { force: true });
  }

  /** The pages with these numbers, one after another. */
  async *pages(numbers: Iterable<number>): AsyncGenerator<TextPage, void, undefined> {
    const here = this.numbers();
    for (const number of numbers) {
      if (!here.has(number)) yield { number };
      else yield { number, read: JSON.parse(await readFile(this.#file(number), 'utf8')) as ReadText };
    }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(number: number): string {
    return path.join(this.#folder, `${number}.json`);
  }
}
