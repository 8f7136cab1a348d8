import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { ResultRecord } from '#src/contracts/results.js';

const BIN = path.resolve('bin/fdeploy.js');

/** The classification model of the fixtures and its pictures. */
export const SHAPES_MODEL = path.resolve('fixtures/models/shapes-cls-pplcnet-onnx');
export const SHAPES_PICTURES = path.resolve('fixtures/pictures/cls');

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the command line as a user would. */
export function startCli(
  args: readonly string[],
  options: {
    cwd?: string;
    env?: Record<string, string>;
    ownGroup?: boolean;
    uid?: number;
    gid?: number;
  } = {},
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    detached: options.ownGroup ?? false,
    uid: options.uid,
    gid: options.gid,
  });
}

/** Runs the command line to its end. */
export async function runCli(
  args: readonly string[],
  options: {
    cwd?: string;
    stdin?: string | Buffer;
    env?: Record<string, string>;
    uid?: number;
    gid?: number;
  } = {},
): Promise<CliResult> {
  const child = startCli(args, options);
  child.stdin.end(options.stdin ?? '');
  return await finished(child);
}

/** What a started command said, once it has ended. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Records of JSON Lines. */
export function recordsIn(text: string): ResultRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ResultRecord);
}

/** Records by their picture, without what differs from run to run. */
export function comparable(records: readonly ResultRecord[]): Map<string, object> {
  return new Map(records.map((record) => [record.image, { ...record, index: 0, ms: undefined }]));
}
