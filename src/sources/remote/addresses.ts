import { FdeployError, serializeError } from '../../contracts/errors.js';
import type { Source } from '../../contracts/source.js';
import { KeySet } from '../key-set.js';
import { isS3, s3Locator } from './s3/address.js';
import { publicName } from './public-name.js';

/** An address in the list of a run: as it was given, and its source. */
export interface ListedAddress {
  readonly address: string;
  readonly source: Source;
}

/**
 * An address that was named as an argument.
 * @throws FdeployError BAD_OPTION if it is none
 */
export function namedAddress(address: string): ListedAddress {
  const listed = addressOf(address);
  if (!listed.source.failure) return listed;
  throw new FdeployError('BAD_OPTION', listed.source.failure.message, { file: listed.source.name });
}

/** An address in a list. Its source has a failure if it is none. */
export function addressOf(address: string): ListedAddress {
  if (isS3(address)) {
    const locator = s3Locator(address);
    if (locator) return { address, source: { name: address, locator } };
  }
  const name = publicName(address);
  if (!isS3(address) && URL.canParse(address))
    return { address, source: { name, locator: { kind: 'http', url: new URL(address).href } } };
  const failure = new FdeployError('SOURCE_FAILED', `${name} is no valid address.`, { file: name });
  return { address, source: { name, locator: { kind: 'http', url: '' }, failure: serializeError(failure) } };
}

/**
 * The addresses of a run. One that is named twice is given once. Two that differ only in what records leave out would have records
 * of one name: the second is given a name of its own, and an error.
 */
export class Addresses {
  readonly #addresses = new KeySet();
  readonly #names = new KeySet();

  /** @returns undefined if it was given before */
  take({ address, source }: ListedAddress): Source | undefined {
    if (!this.#addresses.add(address)) return undefined;
    const { name } = source;
    if (this.#names.add(name)) return source;
    const failure = new FdeployError(
      'SOURCE_FAILED',
      `${name} differs from an earlier address only in parts that records leave out, such as passwords and signatures: append #name to tell them apart.`,
      { file: name },
    );
    return { ...source, name: `${name}#${this.#addresses.size}`, failure: serializeError(failure) };
  }
}
