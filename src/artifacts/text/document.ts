import { existsSync } from 'node:fs';
import path from 'node:path';
import { inRanges, type PageRange } from '../../contracts/pages.js';
import type { Source } from '../../contracts/source.js';
import { TEXT_FILE_KINDS, type TextFileKind, type TextFolders } from '../../contracts/text-files.js';
import { makeFolder } from '../../files/make-folder.js';
import { inputFileOf } from '../artifact-file.js';
import { TEXT_FILES } from './kinds.js';
import type { ReadText, TextPage } from './page.js';
import { PageParts } from './parts.js';

/** The text files of one document or picture. */
export class TextDocument {
  readonly source: Source;
  readonly files: readonly (readonly [kind: TextFileKind, file: string])[];
  readonly parts: PageParts;
  /** Numbers of the pages that the files have. */
  readonly #numbers: readonly number[];
  readonly #unanswered: Set<number>;
  readonly #skipped = new Set<number>();
  /** It gets no files: the reason was told. */
  refused = false;
  /** Files that were there before were looked for. */
  hasBegun = false;

  /**
   * @param ranges the pages that the run reads; all if undefined
   * @param base the folder that files are placed from; by the source's name if undefined
   */
  constructor(
    source: Source,
    folders: TextFolders,
    ranges: readonly PageRange[] | undefined,
    base: string | undefined,
  ) {
    this.source = source;
    this.files = TEXT_FILE_KINDS.flatMap((kind) => {
      const folder = folders[kind];
      if (folder === undefined) return [];
      const relative = inputFileOf(source, TEXT_FILES[kind].ending, base);
      return [[kind, path.join(folder, relative)] as const];
    });
    this.parts = new PageParts(this.files[0]?.[1] ?? '');
    const all = Array.from({ length: source.pages ?? 1 }, (_, i) => i + 1);
    this.#numbers =
      source.pages === undefined ? all : all.filter((page) => !ranges || inRanges(ranges, page));
    this.#unanswered = new Set(this.#numbers);
  }

  /** Every page was answered, in this run or an earlier one. */
  get isComplete(): boolean {
    return this.#unanswered.size === 0;
  }

  /** Every page was answered in an earlier run. */
  get isSkipped(): boolean {
    return this.#skipped.size === this.#numbers.length;
  }

  answer(page: number): void {
    this.#unanswered.delete(page);
  }

  /** An earlier run answered the page. */
  skip(page: number): void {
    this.#skipped.add(page);
    this.#unanswered.delete(page);
  }

  /** Pages that an earlier run answered and that are not among the parts. */
  lost(): number[] {
    const here = this.parts.numbers();
    return [...this.#skipped].filter((number) => !here.has(number));
  }

  /** Files that are there already. */
  existing(): string[] {
    return this.files.map(([, file]) => file).filter((file) => existsSync(file));
  }

  /**
   * Writes one of its files.
   * @param only the text of a picture, which has no parts
   */
  async write(kind: TextFileKind, file: string, version: string, only?: ReadText): Promise<void> {
    makeFolder(path.dirname(file));
    const pages = (): AsyncIterable<TextPage> =>
      only === undefined ? this.parts.pages(this.#numbers) : onePage({ number: 1, read: only });
    await TEXT_FILES[kind].write(file, { source: this.source, pages, version });
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- the pages of documents are read from files
async function* onePage(page: TextPage): AsyncGenerator<TextPage, void, undefined> {
  yield page;
}
