import type { ModelsAction } from '../config/flags/commands.js';
import { findModel } from '../config/places/index.js';
import { nearest } from '../config/nearest-name.js';
import { KNOWN_MODELS } from '../config/places/known-models.js';
import { FdeployError } from '../contracts/errors.js';
import { hubModels, hubNames, type HubModel } from '../hub/names.js';
import { pullModels, type OnPull } from '../hub/pull.js';
import { removeStored } from '../hub/store.js';
import { cacheRoot } from '../runtime/prepared-models.js';
import { columns, MEGABYTE, size } from './columns.js';
import { messageLine } from './messages.js';

/** How many names an action takes. */
const NAMES: Readonly<Record<ModelsAction, readonly [least: number, most: number]>> = {
  list: [0, 0],
  path: [0, 0],
  clear: [0, 0],
  known: [0, 1],
  add: [1, 1],
  pull: [1, Infinity],
  remove: [1, Infinity],
};

/** @throws FdeployError BAD_OPTION */
export function checkArguments(action: ModelsAction, names: readonly string[], name?: string): void {
  const [least, most] = NAMES[action];
  const bad = (message: string): never => {
    throw new FdeployError('BAD_OPTION', message, { file: action });
  };
  if (names.length < least) {
    bad(`'models ${action}' needs ${action === 'add' ? 'a folder or an archive' : 'the name of a model'}`);
  }
  if (names.length > most) bad(`'models ${action}' takes ${most === 0 ? 'no names' : 'one name'}`);
  if (name !== undefined && action !== 'add') bad(`--name is for 'models add'`);
}

/** The table of names that can be pulled. @param filter part of a name or of a task, in any case */
export async function known(filter = ''): Promise<string> {
  const { OFFICIAL_MODELS } = await import('../hub/official/index.js');
  const { OCR_SETS } = await import('../hub/sets.js');
  const sets = await Promise.all(
    OCR_SETS.map(async (name) => {
      const sizes = (await hubModels(name))?.map(({ megabytes }) => megabytes ?? NaN) ?? [];
      const megabytes = sizes.reduce((sum, one) => sum + one, 0);
      return [name, 'ocr set', 'PaddleOCR', Number.isNaN(megabytes) ? '' : size(megabytes * MEGABYTE), ''];
    }),
  );
  const models = OFFICIAL_MODELS.map(({ name, task, suite, megabytes, accuracy }) => [
    name,
    task,
    suite,
    megabytes === undefined ? '' : size(megabytes * MEGABYTE),
    accuracy ? `${accuracy.measure} ${accuracy.percent}` : '',
  ]);
  const wanted = filter.toLowerCase();
  const rows = [...sets, ...models].filter(([name = '', task = '']) =>
    `${name} ${task}`.toLowerCase().includes(wanted),
  );
  if (rows.length > 0) return columns(rows);
  throw new FdeployError('MODEL_NOT_FOUND', `no known model has '${filter}' in its name or task`, {
    file: filter,
  });
}

/** Fetches models, and says on stderr what it does. */
export async function pull(names: readonly string[], quiet = false): Promise<void> {
  const models = new Map<string, HubModel>();
  for (const name of names) {
    for (const model of await modelsOf(name)) models.set(model.name, model);
  }
  const bar = quiet || !process.stderr.isTTY ? undefined : await progressBar();
  try {
    const pulled = await pullModels(cacheRoot(), [...models.values()], bar?.update);
    bar?.stop();
    for (const { name, bytes, fetched } of quiet ? [] : pulled) {
      process.stderr.write(messageLine(fetched ? `pulled ${name}, ${size(bytes)}` : `${name} is there`));
    }
  } finally {
    bar?.stop();
  }
}

async function modelsOf(name: string): Promise<HubModel[]> {
  const models = await hubModels(name);
  if (models) return models;
  const close = nearest(name, await hubNames());
  const installed = Object.hasOwn(KNOWN_MODELS, name) ? `${name} comes with the install` : undefined;
  const hint = close === undefined ? "; 'fdeploy models known' lists them" : `; did you mean ${close}?`;
  const message = installed ?? `there is no known model ${name}${hint}`;
  throw new FdeployError('MODEL_NOT_FOUND', message, { file: name });
}

async function progressBar(): Promise<{ update: OnPull; stop: () => void }> {
  const { SingleBar } = await import('cli-progress');
  const format = 'pulling {bar} {percentage}% | {done} of {all} | {eta_formatted} left';
  const bar = new SingleBar({ format, stream: process.stderr, clearOnComplete: true, hideCursor: true });
  const models = new Map<string, readonly [bytes: number, total: number]>();
  bar.start(1, 0, { done: size(0), all: size(0) });
  return {
    update(name, bytes, total) {
      models.set(name, [bytes, total]);
      const done = [...models.values()].reduce((sum, [one]) => sum + one, 0);
      const all = [...models.values()].reduce((sum, [, one]) => sum + one, 0);
      bar.setTotal(all);
      bar.update(done, { done: size(done), all: size(all) });
    },
    stop() {
      bar.stop();
    },
  };
}

/** Fetches those of the models that have a name on the hub and are not on this machine. */
export async function pullMissing(names: readonly string[], quiet: boolean): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    if ((await isHere(name)) || !(await hubModels(name))) continue;
    missing.push(name);
  }
  if (missing.length > 0) await pull(missing, quiet);
}

async function isHere(name: string): Promise<boolean> {
  return findModel(name).then(
    () => true,
    (error: unknown) => {
      if (error instanceof FdeployError && error.code === 'MODEL_NOT_FOUND') return false;
      throw error;
    },
  );
}

/** Stores a folder or an archive under a name. */
export async function add(source: string, name?: string): Promise<string> {
  const { addModel } = await import('../hub/add.js');
  return `added ${await addModel(cacheRoot(), source, name)}\n`;
}

/** Removes models from the store. Parts of a set are removed one by one, since sets share them. */
export async function remove(names: readonly string[]): Promise<string> {
  const removed: string[] = [];
  for (const name of names) {
    const own = await removeStored(cacheRoot(), name);
    const parts = own ? [] : ((await hubModels(name)) ?? []).map((model) => model.name);
    const found: string[] = own ? [name] : [];
    for (const part of parts) if (await removeStored(cacheRoot(), part)) found.push(part);
    if (found.length === 0) {
      throw new FdeployError('MODEL_NOT_FOUND', `there is no pulled or added model ${name}`, { file: name });
    }
    removed.push(...found);
  }
  return removed.map((name) => `removed ${name}\n`).join('');
}
