import { extname } from 'node:path';
import { Endings } from './endings.js';

/** Number of endings listed one by one; the others are summed up. */
const MOST_NAMED = 5;
/** Longer endings are treated as a part of the name. */
const LONGEST_ENDING = 12;

/** Counts the files that a walk skipped: files without the ending of a picture, and hidden pictures. */
export class LeftOut {
  /** @param listed the endings of the files that are not skipped */
  constructor(readonly listed = new Endings()) {}

  readonly #endings = new Map<string, number>();
  readonly #folders = new Set<string>();
  #others = 0;
  #hidden = 0;

  /** Whether a folder is visited for the first time, so that its files count. */
  entersFirst(folderId: string): boolean {
    const first = !this.#folders.has(folderId);
    this.#folders.add(folderId);
    return first;
  }

  add(name: string): void {
    const ending = extname(name).toLowerCase();
    if (ending.length > LONGEST_ENDING) {
      this.#others++;
      return;
    }
    const kind = ending.length > 1 ? ending : 'without an ending';
    this.#endings.set(kind, (this.#endings.get(kind) ?? 0) + 1);
  }

  addHidden(): void {
    this.#hidden++;
  }

  get count(): number {
    return [...this.#endings.values()].reduce((sum, count) => sum + count, this.#others + this.#hidden);
  }

  /** Why PDFs were skipped, after a semicolon; empty if none was. */
  get pdfHint(): string {
    return this.#endings.has('.pdf') && this.listed.noPdf !== undefined ? `; ${this.listed.noPdf}` : '';
  }

  /** `3 .pdf, 2 .heic, 4 hidden`: the most frequent first. */
  toString(): string {
    const sorted = [...this.#endings].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
    const parts = sorted.slice(0, MOST_NAMED).map(([ending, count]) => `${count} ${ending}`);
    const others = sorted.slice(MOST_NAMED).reduce((sum, [, count]) => sum + count, this.#others);
    if (others > 0) parts.push(`${others} others`);
    if (this.#hidden > 0) parts.push(`${this.#hidden} hidden`);
    return parts.join(', ');
  }
}
