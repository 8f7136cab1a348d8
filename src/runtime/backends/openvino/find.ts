import { statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { namesIn } from '../../../files/names-in.js';

/** A C library of OpenVINO on this machine. */
export interface FoundLibrary {
  /** The library's file. */
  readonly file: string;
  /** Such as `2026.4.1`; `unknown` if its name has none. */
  readonly version: string;
}

/** The option and the variable that name the library, or the folder it is in. */
export const LIBRARY_OPTION = '--openvino';
export const LIBRARY_VARIABLE = 'FDEPLOY_OPENVINO';

/** What a user without the library is told. */
export const LIBRARY_HINT = `pip install openvino, or name its libopenvino_c with ${LIBRARY_OPTION} or ${LIBRARY_VARIABLE}`;

const SYSTEM_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
  '/opt/homebrew/lib',
];

const NAME = /^(?:lib)?openvino_c(?:\.so)?(?:\.(\d[\d.]*))?(?:\.dylib|\.dll)?$/;

/** Makes `place` the only one where this process, its threads and the processes it starts look for the library. */
export function nameLibrary(place: string): void {
  process.env[LIBRARY_VARIABLE] = path.resolve(place);
}

/**
 * Finds the library: what `FDEPLOY_OPENVINO` names; the archive's variables; the loader's; Python's packages, of the
 * active environment, of the interpreters on the path and of the user; the package openvino-node; the system's folders. In a folder with several, the newest by number.
 * @returns undefined if there is none; with `FDEPLOY_OPENVINO`, nothing else is searched
 */
export function findLibrary(): FoundLibrary | undefined {
  const named = process.env[LIBRARY_VARIABLE];
  if (named !== undefined && named !== '') {
    if (isFile(named)) return { file: path.resolve(named), version: versionOf(path.basename(named)) };
    return newestIn(path.resolve(named));
  }
  for (const folder of folders()) {
    const found = newestIn(folder);
    if (found) return found;
  }
  return undefined;
}

function* folders(): Generator<string> {
  const { OPENVINO_INSTALL_DIR, INTEL_OPENVINO_DIR, VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  yield* archiveFolders(OPENVINO_INSTALL_DIR);
  yield* archiveFolders(INTEL_OPENVINO_DIR);
  for (const name of ['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH']) yield* listed(name);
  for (const prefix of [VIRTUAL_ENV, CONDA_PREFIX, ...pythonPrefixes(), path.join(os.homedir(), '.local')])
    yield* packageFolders(prefix);
  if (CONDA_PREFIX) yield path.join(CONDA_PREFIX, 'lib');
  for (const start of [process.cwd(), fileURLToPath(new URL('.', import.meta.url))])
    for (let at = start; ; at = path.dirname(at)) {
      yield path.join(at, 'node_modules', 'openvino-node', 'bin');
      if (at === path.dirname(at)) break;
    }
  yield* SYSTEM_FOLDERS;
  for (const name of byNumber('/opt/intel', /^openvino/).reverse())
    yield* archiveFolders(path.join('/opt/intel', name));
}

/** Where an unpacked archive of OpenVINO has its libraries. */
function* archiveFolders(root: string | undefined): Generator<string> {
  if (!root) return;
  for (const kind of ['lib', 'bin'])
    for (const processor of ['intel64', 'arm64', 'aarch64'])
      for (const end of ['', 'Release']) yield path.join(root, 'runtime', kind, processor, end);
}

/** The folders that the interpreters on the path were installed into. */
function* pythonPrefixes(): Generator<string> {
  for (const folder of listed('PATH')) {
    // pyenv has scripts on the path, which start the interpreters of its versions.
    const versions = path.join(path.dirname(folder), 'versions');
    if (path.basename(folder) === 'shims')
      for (const name of byNumber(versions, /^\d/).reverse()) yield path.join(versions, name);
    if (path.basename(folder) === 'bin') yield path.dirname(folder);
    // The installer for Windows puts the interpreter's own folder on the path.
    else yield folder;
  }
}

/** The folders of the package openvino below a prefix of Python. */
function* packageFolders(prefix: string | undefined): Generator<string> {
  if (!prefix) return;
  for (const lib of ['lib', path.join('local', 'lib')].map((name) => path.join(prefix, name)))
    for (const name of byNumber(lib, /^python3/).reverse())
      for (const packages of ['site-packages', 'dist-packages'])
        yield path.join(lib, name, packages, 'openvino', 'libs');
  yield path.join(prefix, 'Lib', 'site-packages', 'openvino', 'libs');
}

/** The folders that a variable lists. */
function listed(variable: string): string[] {
  const folders = (process.env[variable] ?? '').split(path.delimiter);
  return folders.filter((folder) => path.isAbsolute(folder));
}

function newestIn(folder: string): FoundLibrary | undefined {
  const name = newest(folder, NAME);
  return name === undefined ? undefined : { file: path.join(folder, name), version: versionOf(name) };
}

/** The name in `folder` that fits `pattern` and is last by its numbers. */
export function newest(folder: string, pattern: RegExp): string | undefined {
  return byNumber(folder, pattern).at(-1);
}

/** The names in `folder` that fit `pattern`, by their numbers. */
function byNumber(folder: string, pattern: RegExp): string[] {
  const order = new Intl.Collator('en', { numeric: true });
  return namesIn(folder)
    .filter((name) => pattern.test(name))
    .sort(order.compare);
}

/** `libopenvino_c.so.2641` and `libopenvino_c.so.2026.4.1` are both 2026.4.1. */
function versionOf(name: string): string {
  const number = NAME.exec(name)?.[1];
  const [, year, release, patch] = /^(\d\d)(\d)(\d)$/.exec(number ?? '') ?? [];
  if (year !== undefined) return `20${year}.${release ?? 0}.${patch ?? 0}`;
  return number ?? 'unknown';
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
