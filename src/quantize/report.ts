import type { Task } from '../contracts/results.js';
import { percent } from './control.js';
import type { LayerError } from './rank.js';

export interface NetworkReport {
  part: string;
  file: string;
  precision: 'int8' | 'float32';
  reason: string;
  /** Layers with weights. */
  layers: { int8: number; float: number };
  floatLayers: Readonly<Record<string, string>>;
  /** 1 minus the agreement with this network alone in int8. */
  drop?: number;
  scoreDifference?: number;
  /** Milliseconds of inference on the held-out pictures. */
  ms?: { float32: number; int8: number };
  /** Layers whose error was measured, the worst first. */
  errors: readonly LayerError[];
}

/** What `quantize` found out. */
export interface QuantizeReport {
  model: string;
  task: Task;
  /** What the agreement counts. */
  measure: string;
  pictures: { calibration: number; heldOut: number };
  maxDrop: number;
  /** false: no setting holds the limit and is faster than float32 by 10 %. */
  accepted: boolean;
  /** Of the whole model. */
  drop?: number;
  scoreDifference?: number;
  /** float32's time of inference divided by int8's, of the networks in int8. */
  speedup?: number;
  networks: NetworkReport[];
  warnings: string[];
}

/** The report for a terminal. */
export function reportText(report: QuantizeReport): string {
  const { calibration, heldOut } = report.pictures;
  const lines = [
    `${report.model} (${report.task}), calibrated on ${calibration} pictures, compared on ${heldOut} others`,
    ...report.networks.map((network) => `  ${network.part}: ${cellsOf(network).join(', ')}`),
    verdict(report),
    ...report.warnings.map((warning) => `note: ${warning}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The report as Markdown. */
export function reportMarkdown(report: QuantizeReport): string {
  const rows = report.networks.map((network) => `| ${network.part} | ${cellsOf(network).join(' | ')} |`);
  const errors = report.networks.flatMap(({ part, errors }) =>
    errors.map(({ layer, error }) => `| ${part} | ${layer} | ${error.toPrecision(3)} |`),
  );
  const { calibration, heldOut } = report.pictures;
  return [
    `# int8: ${report.model}`,
    `Calibrated on ${calibration} pictures, compared with float32 on ${heldOut} others.`,
    ['| network | precision | layers | drop | speed |', '| --- | --- | --- | --- | --- |', ...rows].join(
      '\n',
    ),
    verdict(report),
    ...(errors.length > 0
      ? [['| network | layer | error of the outputs |', '| --- | --- | --- |', ...errors].join('\n')]
      : []),
    ...report.warnings.map((warning) => `> ${warning}`),
    '',
  ].join('\n\n');
}

function cellsOf({ precision, reason, layers, drop, ms }: NetworkReport): string[] {
  const speed =
    ms && ms.int8 > 0 ? `${(ms.float32 / ms.int8).toFixed(2)} times as fast` : 'speed not measured';
  return [
    precision === 'int8' ? precision : `${precision} (${reason})`,
    `${layers.int8} layers int8 and ${layers.float} float`,
    drop === undefined ? 'drop not measured' : `drop ${percent(drop)}`,
    speed,
  ];
}

function verdict({
  accepted,
  drop = 0,
  scoreDifference = 0,
  speedup = 1,
  measure,
  maxDrop,
}: QuantizeReport): string {
  if (!accepted) {
    return `Nothing is written: no setting keeps the drop of ${measure} within ${percent(maxDrop)} and is faster than float32 by 10 %.`;
  }
  return `${measure}: ${percent(1 - drop)} (mean score difference ${scoreDifference.toFixed(4)}); inference ${speedup.toFixed(2)} times as fast as float32.`;
}
