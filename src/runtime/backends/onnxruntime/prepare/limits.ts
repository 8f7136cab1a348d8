import { statSync } from 'node:fs';
import os from 'node:os';
import { byteSize, positiveNumber } from '../../../../config/flags/values.js';

/** Limits for preparing one network. */
export interface Limits {
  seconds: number;
  /** Resident memory of the child process. */
  bytes: number;
}

const SECONDS = 600;
const LEAST_BYTES = 4 * 2 ** 30;
/** As a multiple of the sizes of the network's files: they are read, converted, optimised, written and tested. */
const TIMES_FILES = 8;
/** As a part of the memory that this process may use. */
const SHARE = 0.9;

/**
 * The limits for a network: `$FDEPLOY_PREPARE_TIMEOUT`, else 10 minutes; `$FDEPLOY_PREPARE_MEMORY`, else 4 GiB or 8 times its
 * files, whichever is more, but no more than 90 % of this machine's or container's memory.
 * @throws FdeployError BAD_OPTION
 */
export function prepareLimits(files: readonly string[]): Limits {
  const { FDEPLOY_PREPARE_TIMEOUT: seconds, FDEPLOY_PREPARE_MEMORY: bytes } = process.env;
  return {
    seconds: seconds ? positiveNumber('seconds')(seconds, 'FDEPLOY_PREPARE_TIMEOUT') : SECONDS,
    bytes: bytes ? byteSize(bytes, 'FDEPLOY_PREPARE_MEMORY') : defaultBytes(files),
  };
}

function defaultBytes(files: readonly string[]): number {
  const size = files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  const container = process.constrainedMemory() || Infinity; // 0 or undefined if there is no limit
  const usable = Math.min(os.totalmem(), container);
  return Math.min(Math.max(LEAST_BYTES, TIMES_FILES * size), SHARE * usable);
}
