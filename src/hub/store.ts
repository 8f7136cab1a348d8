import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FdeployError } from '../contracts/errors.js';
import { makeFolder } from '../files/make-folder.js';

/** A file of a stored model. It is hashed again on use if its time differs. */
export interface StoredFile {
  /** Below the model's folder, with slashes. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly mtimeMs: number;
}

/** What was stored under a name. */
export interface Manifest {
  readonly name: string;
  /** The hub's address with the repository, or the path that was added. */
  readonly origin: string;
  /** The repository's commit. */
  readonly revision?: string;
  readonly files: readonly StoredFile[];
}

const MANIFEST = 'manifest.json';
const FILES = 'files';

function folderOf(root: string, name: string): string {
  return path.join(root, 'pulled', encodeURIComponent(name));
}

/**
 * The folder with the files of a model that was pulled or added; undefined if there is none.
 * @param root of the cache
 * @throws FdeployError MODEL_INVALID if a file is missing or has other bytes than the manifest says
 */
export async function storedModel(root: string, name: string): Promise<string | undefined> {
  const folder = folderOf(root, name);
  const manifest = await readManifest(folder, name);
  if (!manifest) return undefined;
  for (const file of manifest.files) {
    if (!(await isIntact(path.join(folder, FILES, file.path), file))) throw damaged(name, file.path);
  }
  return path.join(folder, FILES);
}

async function isIntact(at: string, { size, sha256, mtimeMs }: StoredFile): Promise<boolean> {
  const stats = await stat(at).catch(() => undefined);
  if (stats?.isFile() !== true || stats.size !== size) return false;
  return stats.mtimeMs === mtimeMs || (await hashOf(at)) === sha256;
}

/** The SHA-256 of a file, or its hash as Git has it. */
export async function hashOf(file: string, gitSize?: number): Promise<string> {
  const hash = createHash(gitSize === undefined ? 'sha256' : 'sha1');
  if (gitSize !== undefined) hash.update(`blob ${gitSize}\0`);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function readManifest(folder: string, name: string): Promise<Manifest | undefined> {
  const text = await readFile(path.join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (Array.isArray(manifest.files)) return manifest;
  } catch {
    // A damaged manifest is one without files.
  }
  throw damaged(name, MANIFEST);
}

function damaged(name: string, file: string): FdeployError {
  const message = `${name}: ${file} has changed since it was stored: 'fdeploy models remove ${name}', then pull or add it again`;
  return new FdeployError('MODEL_INVALID', message, { file });
}

/**
 * Moves a finished folder into the store. Its files are in `files`.
 * @param folder on the same disk as the store
 */
export async function store(root: string, folder: string, about: Omit<Manifest, 'files'>): Promise<void> {
  const files: StoredFile[] = [];
  for (const name of filesBelow(path.join(folder, FILES))) {
    const at = path.join(folder, FILES, name);
    const { size, mtimeMs } = await stat(at);
    files.push({ path: name.split(path.sep).join('/'), size, sha256: await hashOf(at), mtimeMs });
  }
  const manifest: Manifest = { ...about, files };
  await writeFile(path.join(folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const target = folderOf(root, about.name);
  makeFolder(path.dirname(target));
  await rm(target, { recursive: true, force: true });
  await rename(folder, target);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** The models that are stored, by name, with their sizes in bytes. */
export async function storedModels(root: string): Promise<{ name: string; origin: string; bytes: number }[]> {
  const models = [];
  for (const entry of entriesOf(root)) {
    const folder = path.join(root, 'pulled', entry);
    const manifest = await readManifest(folder, decodeURIComponent(entry)).catch(() => undefined);
    if (!manifest) continue;
    const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0);
    models.push({ name: manifest.name, origin: manifest.origin, bytes });
  }
  return models;
}

function entriesOf(root: string): string[] {
  try {
    return readdirSync(path.join(root, 'pulled')).sort();
  } catch {
    return [];
  }
}

/** Removes a stored model. @returns whether there was one */
export async function removeStored(root: string, name: string): Promise<boolean> {
  if (!entriesOf(root).includes(encodeURIComponent(name))) return false;
  await rm(folderOf(root, name), { recursive: true, force: true });
  return true;
}
