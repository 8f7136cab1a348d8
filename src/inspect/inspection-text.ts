import Table from 'cli-table3';
import type { ValueInfo } from '../contracts/tensor.js';
import { graphRows } from './graph.js';
import type { Inspection } from './inspect.js';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const FORMATS = {
  onnx: 'ONNX',
  ort: 'ONNX Runtime format',
  'paddle-program': 'Paddle program (ProgramDesc)',
  'paddle-pir': 'Paddle program (PIR)',
} as const;

const WEIGHTS = {
  cached: 'shared by all clones; prepared before',
  prepared: 'shared by all clones; prepared just now',
  unshared: 'not shared: each clone loads its own',
} as const;

function table(rows: readonly (readonly string[])[]): string {
  const made = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

const bytes = (size: number): string =>
  size < 10_000
    ? `${size} B`
    : size < 1e6
      ? `${(size / 1e3).toFixed(0)} kB`
      : `${(size / 1e6).toFixed(1)} MB`;

const shape = ({ type, dims }: ValueInfo): string =>
  `${type} [${dims.map((size) => (size < 0 ? '?' : String(size))).join(', ')}]`;

const number = (value: number): string =>
  String(Number.isInteger(value) ? value : Number(value.toPrecision(8)));

/** A value in a form that fits a line. */
function short(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `[${value.map(short).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([name]) => name !== 'kind')
      .map(([name, inner]) => `${name} ${short(inner)}`)
      .join(', ');
  return typeof value === 'string' ? value : String(value);
}

/** An inspection as text; ends with a newline. The caller escapes control characters in names. */
export function inspectionText(found: Inspection): string {
  const parts: string[] = [];
  const add = (title: string, rows: readonly (readonly string[])[]): void => {
    if (rows.length > 0) parts.push(`${title}\n${table(rows)}`);
  };
  add(found.name ?? found.model, [
    ['task', found.task ?? 'not known'],
    ...(found.family === null ? [] : [['family', found.family]]),
    ['config', found.config ?? 'none'],
  ]);
  add(
    'Files',
    found.files.map(({ file, bytes: size }) => [file, bytes(size)]),
  );
  for (const network of found.networks) {
    add(`Network ${network.part}`, [
      ['file', network.file],
      ['format', FORMATS[network.format]],
      ...network.inputs.map((input) => ['input', `${input.name}: ${shape(input)}`]),
      ...network.outputs.map((output) => ['output', `${output.name}: ${shape(output)}`]),
      ...(network.metadata.length === 0 ? [] : [['metadata', network.metadata.join(', ')]]),
      ['weights', WEIGHTS[network.weights]],
      ['opens', network.opens],
    ]);
    if (network.graph === undefined) continue;
    add(`Nodes of ${network.part}`, network.graph ? graphRows(network.graph) : [['not known']]);
    add(`Rewriting of ${network.part}`, [
      ...Object.entries(network.graph?.rules ?? {}).map(([rule, count]) => [rule, String(count)]),
      ...(network.graph?.leftOut ?? []).map(({ rule = 'all', reason }) => [rule, `left out: ${reason}`]),
    ]);
  }
  add(
    'Options',
    found.options.map(({ option, value, from }) => [option, short(value), `from ${from}`]),
  );
  const groups = new Map<string, string[][]>();
  for (const { part, name, value } of found.settings) {
    const rows = groups.get(part) ?? [];
    groups.set(part, rows);
    rows.push([name, short(value)]);
  }
  for (const [part, rows] of groups)
    add(part === '' ? 'Other settings' : part.charAt(0).toUpperCase() + part.slice(1), rows);
  add(
    'Lists',
    found.lists.map(({ name, count, first }) => [
      name,
      count === 0
        ? 'none: every label is null'
        : `${count}: ${first.map((entry) => entry ?? 'null').join(', ')}${count > first.length ? ', …' : ''}`,
    ]),
  );
  add(
    'Not in the config, so taken by default',
    found.defaulted.map(({ field, value }) => [field, short(value)]),
  );
  add(
    'Worth knowing',
    found.notes.map((note) => [note]),
  );
  add(
    'What is wrong',
    found.problems.map(({ code, message }) => [code, message]),
  );
  return `${parts.join('\n\n')}\n`;
}
