import { rm } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import lockfile from 'proper-lockfile';
import { FdeployError, messageOf } from '../contracts/errors.js';
import { makeFolder } from '../files/make-folder.js';
import { systemError } from '../files/shared-files.js';
import { hubAccess, loadClient, type HubAccess } from './client.js';
import { download, type RemoteFile } from './download.js';
import type { HubModel } from './names.js';
import { store, storedModel } from './store.js';

const AT_ONCE = 4;
const MOST_FILES = 1000;
/** Another pull of the same model is waited for. */
const LOCK = { stale: 15_000, retries: { retries: 36_000, factor: 1, minTimeout: 100, maxTimeout: 100 } };

/** Told as files grow. */
export type OnPull = (name: string, bytes: number, total: number) => void;

export interface PulledModel {
  readonly name: string;
  readonly bytes: number;
  /** false: it was there already. */
  readonly fetched: boolean;
}

type Client = Awaited<ReturnType<typeof loadClient>>;

/**
 * Fetches models into the store, several files at a time. A model that is there is left as it is.
 * @param root of the cache
 * @throws FdeployError PACKAGE_MISSING, MODEL_NOT_FOUND, PULL_FAILED, OUTPUT_FAILED, BAD_OPTION
 */
export async function pullModels(
  root: string,
  models: readonly HubModel[],
  onPull: OnPull = () => undefined,
): Promise<PulledModel[]> {
  const access = hubAccess();
  const limit = pLimit(AT_ONCE);
  const pulls = models.map((model) =>
    pullOne(root, model, access, limit, onPull).catch((error: unknown) => {
      throw unstored(root, model.name, error);
    }),
  );
  const results = await Promise.allSettled(pulls);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

async function pullOne(
  root: string,
  model: HubModel,
  access: HubAccess,
  limit: ReturnType<typeof pLimit>,
  onPull: OnPull,
): Promise<PulledModel> {
  const { name } = model;
  const there = { name, bytes: 0, fetched: false };
  if (await isStored(root, name)) return there;
  const client = await loadClient();
  const folder = path.join(root, 'downloads', encodeURIComponent(name));
  makeFolder(folder);
  const release = await lockfile.lock(folder, LOCK).catch((cause: unknown) => {
    throw new FdeployError('OUTPUT_FAILED', `${folder} cannot be locked`, { file: folder, cause });
  });
  try {
    if (await isStored(root, name)) return there;
    const { revision, files } = await listing(client, model, access);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const grown = new Map<string, number>();
    const at = path.join(folder, revision);
    const jobs = files.map((file, index) =>
      limit(() =>
        download({
          file,
          target: path.join(at, 'files', ...file.path.split('/')),
          part: path.join(folder, `${revision}-${index}.part`),
          open: () =>
            client.downloadFile({
              ...access,
              repo: { type: 'model', name: model.repository },
              path: model.folder === undefined ? file.path : `${model.folder}/${file.path}`,
              revision,
              xet: false,
            }),
          onBytes: (count) => {
            grown.set(file.path, count);
            onPull(
              name,
              [...grown.values()].reduce((sum, one) => sum + one, 0),
              total,
            );
          },
        }),
      ),
    );
    const failure = (await Promise.allSettled(jobs)).find((result) => result.status === 'rejected');
    if (failure) throw named(name, failure.reason);
    await store(root, at, { name, origin: `${access.hubUrl}/${model.repository}`, revision });
    await rm(folder, { recursive: true, force: true });
    return { name, bytes: total, fetched: true };
  } finally {
    await release().catch(() => undefined);
  }
}

/** A model that is damaged is fetched again. */
async function isStored(root: string, name: string): Promise<boolean> {
  const folder = await storedModel(root, name).catch((error: unknown) => {
    if (error instanceof FdeployError && error.code === 'MODEL_INVALID') return undefined;
    throw error;
  });
  return folder !== undefined;
}

function unstored(root: string, name: string, error: unknown): unknown {
  const code = error instanceof FdeployError ? undefined : systemError(error);
  if (code === undefined) return error;
  const message = `${name} cannot be stored in the cache ${root} (${code}): set FDEPLOY_CACHE`;
  return new FdeployError('OUTPUT_FAILED', message, { file: root, cause: error });
}

function named(name: string, error: unknown): unknown {
  if (!(error instanceof FdeployError)) return error;
  const { code, message, file = name, cause } = error;
  return new FdeployError(code, `${name}: ${message}`, { file, cause });
}

/** The commit that a model's revision is at, and its files. */
async function listing(
  client: Client,
  { name, repository, revision: wanted, folder }: HubModel,
  access: HubAccess,
): Promise<{ revision: string; files: RemoteFile[] }> {
  const files: RemoteFile[] = [];
  try {
    const info = await client.modelInfo({
      ...access,
      name: repository,
      additionalFields: ['sha'],
      ...(wanted !== undefined && { revision: wanted }),
    });
    const revision = info.sha;
    const repo = { type: 'model', name: repository } as const;
    const below = folder === undefined ? {} : { path: folder };
    for await (const entry of client.listFiles({ ...access, ...below, repo, revision, recursive: true })) {
      if (entry.type !== 'file') continue;
      const at = folder === undefined ? entry.path : entry.path.slice(folder.length + 1);
      if (at === '.gitattributes') continue;
      const sha256 = entry.lfs?.oid;
      const blob = sha256 === undefined ? entry.oid : undefined;
      files.push({ path: at, size: entry.size, ...(sha256 && { sha256 }), ...(blob && { blob }) });
      if (files.length > MOST_FILES || !isPlain(at)) throw refused(name, at);
    }
    if (!/^[\w.-]+$/.test(revision) || files.length === 0) throw refused(name, revision);
    return { revision, files };
  } catch (error) {
    throw error instanceof FdeployError ? error : unlisted(name, repository, access.hubUrl, error);
  }
}

/** Whether a path stays below the folder that it is joined to. */
function isPlain(name: string): boolean {
  return !/[\\:\0]/.test(name) && name.split('/').every((part) => !/^\.{0,2}$/.test(part));
}

function refused(name: string, found: string): FdeployError {
  const message = `${name}: the hub's list of its files is not one of a model (${JSON.stringify(found)}): nothing is fetched`;
  return new FdeployError('MODEL_INVALID', message, { file: name, found });
}

function unlisted(name: string, repository: string, hubUrl: string, cause: unknown): FdeployError {
  const status = cause instanceof Error && 'statusCode' in cause ? Number(cause.statusCode) : 0;
  const at = `${new URL(hubUrl).host} has`;
  if (status === 404) {
    const message = `${name}: ${at} no repository, revision or folder of this name (${repository})`;
    return new FdeployError('MODEL_NOT_FOUND', message, { file: name, cause });
  }
  if (status === 401 || status === 403) {
    const message = `${name}: ${at} no repository ${repository} that this token opens: set HF_TOKEN`;
    return new FdeployError('MODEL_NOT_FOUND', message, { file: name, cause });
  }
  const reason = messageOf(cause);
  const message = `${name} could not be fetched from ${new URL(hubUrl).host} (${reason}); HF_ENDPOINT names another hub`;
  return new FdeployError('PULL_FAILED', message, { file: name, cause });
}
