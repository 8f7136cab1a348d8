import type { ModelsAction } from '../config/flags/commands.js';
import { KNOWN_MODELS } from '../config/places/known-models.js';
import { clearUnpacked } from '../archives/unpacked.js';
import { cacheRoot, clearEntries, listEntries } from '../runtime/prepared-models.js';
import { storedModels } from '../hub/store.js';
import { columns, size } from './columns.js';
import { terminalLine } from '../sinks/index.js';

/** `fdeploy models`: models by name, the list of those on this machine, the cache's path and its clearing. @returns the exit code */
export async function models(
  action: ModelsAction,
  names: readonly string[],
  { cacheLimit = 0, name }: { cacheLimit?: number; name?: string },
): Promise<number> {
  const root = cacheRoot();
  const byName = await import('./models-by-name.js');
  byName.checkArguments(action, names, name);
  switch (action) {
    case 'path':
      process.stdout.write(`${root}\n`);
      break;
    case 'clear':
      process.stdout.write(await clear(root, cacheLimit));
      break;
    case 'list':
      process.stdout.write(await list(root));
      break;
    case 'known':
      process.stdout.write(await byName.known(names[0]));
      break;
    case 'pull':
      await byName.pull(names);
      break;
    case 'add':
      process.stdout.write(await byName.add(names[0] ?? '', name));
      break;
    case 'remove':
      process.stdout.write(await byName.remove(names));
  }
  return 0;
}

async function clear(root: string, limit: number): Promise<string> {
  const archives = await clearUnpacked(root);
  const removed = await clearEntries(root, limit);
  const bytes = removed.reduce((sum, entry) => sum + entry.bytes, 0);
  const left = listEntries(root).length;
  const rest = left > 0 ? `; ${left} kept` : '';
  const models = removed.length === 1 ? 'model' : 'models';
  const lines = [`${removed.length} prepared ${models} removed, ${size(bytes)}${rest}`];
  if (archives.count > 0) {
    const noun = archives.count === 1 ? 'archive' : 'archives';
    lines.push(`${archives.count} unpacked ${noun} removed, ${size(archives.bytes)}`);
  }
  return `${lines.join('\n')}\n`;
}

async function list(root: string): Promise<string> {
  const stored = await storedModels(root);
  const pulled = stored.map(({ name, bytes, origin }) => [size(bytes), name, terminalLine(origin)]);
  const known =
    `Known models:\n${columns(Object.entries(KNOWN_MODELS), process.stdout.columns)}` +
    (pulled.length > 0 ? `\nPulled and added models: size, name, origin\n${columns(pulled)}` : '');
  const entries = listEntries(root);
  if (entries.length === 0) return `${known}\nNo prepared models in ${root}\n`;
  const rows = entries.map(({ source, bytes, lastUsed, inUse }) => [
    size(bytes),
    new Date(lastUsed).toISOString().slice(0, 16).replace('T', ' '),
    `${source === undefined ? '(damaged)' : terminalLine(source)}${inUse ? ' (in use)' : ''}`,
  ]);
  const total = size(entries.reduce((sum, { bytes }) => sum + bytes, 0));
  // Paths are not wrapped, so that they can be copied.
  return `${known}\nPrepared models in ${root}, ${total} in total: size, last use (UTC), source\n${columns(rows)}`;
}
