import Table from 'cli-table3';
import type { ModelsAction } from '../config/flags/commands.js';
import { KNOWN_MODELS } from '../config/places/known-models.js';
import { clearUnpacked } from '../archives/unpacked.js';
import { cacheRoot, clearEntries, listEntries } from '../runtime/prepared-models.js';
import { terminalLine } from '../sinks/index.js';

const MEGABYTE = 1e6;
/** Spaces before a column, and the minimum width of a wrapped column. */
const GAP = 2;
const LEAST_WORDS = 20;

/** `fdeploy models`: lists known and prepared models, prints the cache's path, or clears it. @returns the exit code */
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

function list(root: string): string {
  const known = `Known models:\n${columns(Object.entries(KNOWN_MODELS), process.stdout.columns)}`;
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

const BORDERS = ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((line) => [
  line,
  `${line}-mid`,
  `${line}-left`,
  `${line}-right`,
]);

/**
 * Rows as columns without borders, which would break on a narrow terminal.
 * @param width of the terminal; the last column is wrapped to it
 */
function columns(rows: string[][], width = Infinity): string {
  const others = (rows[0] ?? []).slice(0, -1);
  const widths = others.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)) + GAP);
  const rest = width - widths.reduce((sum, one) => sum + one, 0);
  const table = new Table({
    chars: Object.fromEntries(BORDERS.map((name) => [name, ''])),
    style: { 'padding-left': GAP, 'padding-right': 0 },
    ...(rest < Infinity && { colWidths: [...widths, Math.max(LEAST_WORDS, rest)], wordWrap: true }),
  });
  table.push(...rows);
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

function size(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
