import { DEFAULT_COMPUTE } from '../contracts/compute.js';
import type { BenchFigures } from './case.js';
import { computeText, differ } from './compute-text.js';

/** A table as text cells; the first row is the head. */
export interface Table {
  title: string;
  rows: string[][];
}

const whole = (value: number): string => value.toFixed(0);
const tenths = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1));
/** OpenVINO shares weights between the threads of a process, a GPU with none. */
function sharing({ shared, mode, backend, device }: BenchFigures): string {
  const possible = device === DEFAULT_COMPUTE.device && (backend !== 'openvino' || mode === 'thread');
  return shared && possible ? 'shared' : 'own';
}

/** A column of the memory table. */
function columnOf(one: BenchFigures, several: boolean): string {
  const compute = several ? `${computeText(one)}, ` : '';
  return `${compute}${one.mode}, ${sharing(one)} weights`;
}

/**
 * Memory by number of clones, with a column for each mode with and without shared weights, as in FastDeploy's documentation
 * of clone().
 */
export function memoryTable(figures: readonly BenchFigures[]): Table {
  const kind = figures[0]?.memory.kind ?? 'PSS';
  const several = differ(figures);
  const columns = distinct(figures.map((one) => columnOf(one, several)));
  const workers = distinct(figures.map((one) => one.workers));
  const cell = (count: number, column: string): string => {
    const one = figures.find((found) => found.workers === count && columnOf(found, several) === column);
    return one ? `${whole(one.memory.opened)} / ${whole(one.memory.predicted)}` : '-';
  };
  const meaning =
    kind === 'PSS'
      ? 'PSS of all processes together: a page that several map counts once'
      : 'RSS of all processes together: a page that several map counts for each';
  return {
    title: `Memory in MiB, clones open / clones have predicted (${meaning})`,
    rows: [
      ['clones', ...columns],
      ...workers.map((count) => [`${count}`, ...columns.map((column) => cell(count, column))]),
    ],
  };
}

/** Loading, throughput and latency of each case. */
export function speedTable(figures: readonly BenchFigures[]): Table {
  const several = differ(figures);
  return {
    title:
      'Speed: milliseconds to load the first and each next clone, throughput, milliseconds a picture takes',
    rows: [
      [
        ...(several ? ['computed by'] : []),
        'mode',
        'clones',
        'weights',
        'first',
        'next',
        'pictures/s',
        'p50',
        'p95',
        'busy CPUs',
      ],
      ...figures.map((one) => [
        ...(several ? [computeText(one)] : []),
        one.mode,
        `${one.workers}`,
        sharing(one),
        whole(one.load.first),
        one.load.next === undefined ? '-' : whole(one.load.next),
        tenths(one.imagesPerSecond),
        tenths(one.latency.p50),
        tenths(one.latency.p95),
        one.busyCpus === undefined ? '-' : one.busyCpus.toFixed(2),
      ]),
    ],
  };
}

/** A table in Markdown. */
export function markdown({ title, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [title, '', line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
