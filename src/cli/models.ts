import Table from 'cli-table3';
import type { ModelsAction } from '../config/flags/commands.js';
import { KNOWN_MODELS } from '../config/known-models.js';
import { cacheRoot, clearEntries, listEntries } from '../runtime/prepared-models.js';
import { terminalLine } from '../sinks/index.js';

const MEGABYTE = 1e6;

/** `fdeploy models`: known models, prepared models, where they lie. @returns the exit code */
export async function models(
  action: ModelsAction,
  { cacheLimit = 0 }: { cacheLimit?: number },
): Promise<number> {
  const root = cacheRoot();
  switch (action) {
    case 'path':
      process.stdout.write(`${root}\n`);
      break;
    case 'clear':
      process.stdout.write(await clear(root, cacheLimit));
      break;
    case 'list':
      process.stdout.write(list(root));
  }
  return 0;
}

async function clear(root: string, limit: number): Promise<string> {
  const removed = await clearEntries(root, limit);
  const bytes = removed.reduce((sum, entry) => sum + entry.bytes, 0);
  const left = listEntries(root).length;
  const rest = left > 0 ? `; ${left} stay` : '';
  const models = removed.length === 1 ? 'model' : 'models';
  return `${removed.length} prepared ${models} removed, ${size(bytes)}${rest}\n`;
}

function list(root: string): string {
  const known = table(['known model', 'what it does'], Object.entries(KNOWN_MODELS));
  const entries = listEntries(root);
  if (entries.length === 0) return `${known}\nNo prepared models in ${root}\n`;
  const rows = entries.map(({ source, bytes, lastUsed, inUse }) => [
    source === undefined ? '(damaged)' : terminalLine(source),
    size(bytes),
    `${new Date(lastUsed).toISOString().slice(0, 16).replace('T', ' ')}${inUse ? ', in use' : ''}`,
  ]);
  const total = size(entries.reduce((sum, { bytes }) => sum + bytes, 0));
  return `${known}\nPrepared models in ${root}: ${total}\n${table(['made from', 'size', 'last used (UTC)'], rows)}`;
}

function table(head: string[], rows: string[][]): string {
  const drawn = new Table({ head, style: { head: [], border: [] } });
  drawn.push(...rows);
  return `${drawn.toString()}\n`;
}

function size(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
