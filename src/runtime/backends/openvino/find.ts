import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A C library of OpenVINO on this machine. */
export interface FoundLibrary {
  /** The library's file. */
  readonly file: string;
  /** Such as `2026.4.1`; `unknown` if its name has none. */
  readonly version: string;
}

/** The variable that names the library, or the folder it is in. */
export const LIBRARY_VARIABLE = 'FDEPLOY_OPENVINO';

/** What a user without the library is told. */
export const LIBRARY_HINT = `pip install openvino, or set ${LIBRARY_VARIABLE} to its libopenvino_c`;

const NAME = /^(?:lib)?openvino_c(?:\.so)?(?:\.(\d[\d.]*))?(?:\.dylib|\.dll)?$/;

/**
 * Finds the library: what `FDEPLOY_OPENVINO` names; the archive's variables; Python's packages, of the active environment and of
 * the interpreters on the path; the system's folders. In a folder with several, the newest by number.
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
  for (const root of [process.env.OPENVINO_INSTALL_DIR, process.env.INTEL_OPENVINO_DIR]) {
    if (root === undefined || root === '') continue;
    for (const kind of ['lib', 'bin'])
      for (const processor of ['intel64', 'arm64', 'aarch64'])
        for (const end of ['', 'Release']) yield path.join(root, 'runtime', kind, processor, end);
  }
  const prefixes = [process.env.VIRTUAL_ENV, process.env.CONDA_PREFIX].filter((one) => one !== undefined);
  const onPath = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const prefix of [...prefixes, ...onPath.map((folder) => path.dirname(folder))]) {
    for (const lib of ['lib', path.join('local', 'lib')]) yield* pythonFolders(path.join(prefix, lib));
    yield path.join(prefix, 'Lib', 'site-packages', 'openvino', 'libs');
  }
  for (const prefix of prefixes) yield path.join(prefix, 'lib');
  yield* [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  yield '/opt/homebrew/lib';
}

function* pythonFolders(lib: string): Generator<string> {
  for (const name of names(lib)) {
    if (!name.startsWith('python3')) continue;
    for (const packages of ['site-packages', 'dist-packages'])
      yield path.join(lib, name, packages, 'openvino', 'libs');
  }
}

function newestIn(folder: string): FoundLibrary | undefined {
  const name = newest(folder, NAME);
  return name === undefined ? undefined : { file: path.join(folder, name), version: versionOf(name) };
}

/** The name in `folder` that fits `pattern` and is last by its numbers. */
export function newest(folder: string, pattern: RegExp): string | undefined {
  const order = new Intl.Collator('en', { numeric: true });
  return names(folder)
    .filter((name) => pattern.test(name))
    .sort(order.compare)
    .at(-1);
}

/** `libopenvino_c.so.2641` and `libopenvino_c.so.2026.4.1` are both 2026.4.1. */
function versionOf(name: string): string {
  const number = NAME.exec(name)?.[1];
  const [, year, release, patch] = /^(\d\d)(\d)(\d)$/.exec(number ?? '') ?? [];
  if (year !== undefined) return `20${year}.${release ?? 0}.${patch ?? 0}`;
  return number ?? 'unknown';
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
