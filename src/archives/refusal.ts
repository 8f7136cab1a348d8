import { FdeployError } from '../contracts/errors.js';

const SHOWN_NAME = 80;

/** Thrown if an archive is damaged or breaks a rule. The message follows the archive's name: "has no entries". */
export class Refusal extends Error {}

/** An entry's name in messages: quoted, without control characters, cut if it is long. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > SHOWN_NAME ? `${name.slice(0, SHOWN_NAME)}...` : name);
}

/** The error of an archive that was refused. */
export function refused(file: string, { message, cause }: Refusal): FdeployError {
  return new FdeployError('MODEL_INVALID', `${file} ${message}: it is not unpacked`, {
    file,
    found: message,
    cause,
  });
}
