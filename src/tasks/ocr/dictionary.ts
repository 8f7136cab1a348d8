import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Fields } from '../../config/fields.js';
import { failIfLfsPointer } from '../../config/lfs-pointer.js';
import { FdeployError } from '../../contracts/errors.js';
import { readRegularFile, rethrowUnfit } from '../../files/guarded-file.js';
import type { RuntimeHandle } from '../../contracts/runtime.js';
import type { Notify } from '../../contracts/spec.js';

/** A recognition network's characters and where they were found. */
interface Characters {
  readonly characters: readonly string[];
  readonly source: string;
}

/** The key under which RapidOCR's networks carry their dictionary. */
const METADATA_KEY = 'character';
/** Every character of Unicode fits. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Lines of a text. A character is its whole line: a line that holds an ideographic space is that character. */
function lines(text: string): string[] {
  const all = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (all.at(-1) === '') all.pop();
  return all;
}

async function fromFile(file: string): Promise<Characters> {
  const bytes = await readRegularFile(file, { maxBytes: MAX_BYTES }).catch((error: unknown) =>
    rethrowUnfit(error, 'DICTIONARY_MISSING', file, 'the dictionary '),
  );
  const text = bytes.toString();
  failIfLfsPointer(text, file);
  return { characters: lines(text), source: file };
}

/** A text file beside the network whose name says that it is a dictionary, where there is one only. */
async function beside(network: string, notify: Notify): Promise<Characters | undefined> {
  const folder = path.dirname(network);
  for (const place of [folder, path.dirname(folder)]) {
    const names = await readdir(place).catch((): string[] => []);
    const [name, ...others] = names.filter((one) => /(dict|keys|charset).*\.txt$/i.test(one));
    if (name === undefined || others.length > 0) continue;
    notify(`${path.basename(network)}: using the dictionary ${path.join(place, name)}`);
    return fromFile(path.join(place, name));
  }
  return undefined;
}

/** Where a recognition network's dictionary may be. */
export interface DictionarySources {
  /** The caller's file; it wins. */
  readonly file?: string | undefined;
  readonly config?: Fields | undefined;
  readonly runtime: RuntimeHandle;
  /** Classes of the network, 0 where the graph does not tell. */
  readonly classes: number;
  readonly notify: Notify;
}

async function find(sources: DictionarySources): Promise<Characters> {
  const { file, config, runtime, notify } = sources;
  if (file !== undefined) return fromFile(file);
  const post = config?.child('PostProcess');
  if (config && post?.has('character_dict')) {
    return { characters: post.strings('character_dict'), source: config.file };
  }
  const embedded = runtime.metadata[METADATA_KEY];
  if (embedded !== undefined) return { characters: lines(embedded), source: runtime.source };
  const found = await beside(runtime.source, notify);
  if (found) return found;
  const message = `${runtime.source} is a text recognition network without a dictionary: set --rec-dict`;
  throw new FdeployError('DICTIONARY_MISSING', message, {
    file: runtime.source,
    expected: 'a character_dict in its yml, the metadata key "character", or --rec-dict',
  });
}

/**
 * The characters of classes 1, 2, ... of a recognition network, joined by newlines. Class 0 is CTC's blank; a space
 * is the last class where the network has one more than the dictionary names.
 * @throws FdeployError DICTIONARY_MISSING; DICTIONARY_MISMATCH if its length does not fit the network's classes
 */
export async function readDictionary(sources: DictionarySources): Promise<string> {
  const { characters, source } = await find(sources);
  const { classes, runtime } = sources;
  const spare = classes === 0 ? 1 : classes - 1 - characters.length;
  if (spare !== 0 && spare !== 1) {
    const message = `${source} has ${characters.length} characters, but ${runtime.source} has ${classes} classes: the dictionary belongs to another network (set the right one with --rec-dict)`;
    throw new FdeployError('DICTIONARY_MISMATCH', message, {
      file: source,
      expected: `${classes - 2} characters, or ${classes - 1} with the space`,
      found: `${characters.length} characters`,
    });
  }
  return [...characters, ...(spare === 1 ? [' '] : [])].join('\n');
}
