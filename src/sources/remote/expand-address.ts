import { asFdeployError, FdeployError, serializeError } from '../../contracts/errors.js';
import type { S3Locator } from '../../contracts/source.js';
import { begun, only } from '../begun.js';
import type { LeftOut } from '../left-out.js';
import { addressOf, namedAddress, type ListedAddress } from './addresses.js';
import { SourceFailed, type RemoteFiles } from './remote-files.js';
import { isPrefix } from './s3/address.js';
import { loadS3 } from './s3/client.js';
import { listPrefix } from './s3/list-prefix.js';

/** How addresses become sources. */
export interface AddressListing {
  /** Lists buckets; or the reason why addresses cannot be read. */
  readonly remote: RemoteFiles | string;
  readonly leftOut: LeftOut;
  /** Ends the listing of buckets. */
  readonly signal: AbortSignal;
}

type Part = AsyncIterable<ListedAddress>;

/**
 * A named address; for a prefix of a bucket, what is below it.
 * @throws FdeployError BAD_OPTION if it is none, or addresses cannot be read; PACKAGE_MISSING; NO_IMAGES if there is no picture
 *   below a prefix, or it cannot be listed
 */
export async function expandAddress(address: string, listing: AddressListing): Promise<Part> {
  const named = namedAddress(address);
  const { name, locator } = named.source;
  const remote = remoteOf(listing, name);
  if (locator.kind !== 's3') return only(named);
  await loadS3();
  if (!isPrefix(locator)) return only(named);
  const pictures = await begun(listPrefix(locator, remote, listing.leftOut, listing.signal)).catch(
    (cause: unknown) => {
      if (!(cause instanceof SourceFailed)) throw cause;
      throw new FdeployError('NO_IMAGES', cause.message, { file: name, cause });
    },
  );
  if (pictures) return pictures;
  throw new FdeployError('NO_IMAGES', sentenceOfNone(name, listing), { file: name });
}

/**
 * An address in a list; for a prefix of a bucket, what is below it. A prefix without a picture, or that cannot be listed, becomes an
 * error record.
 * @throws FdeployError BAD_OPTION if addresses cannot be read; SourceFailed if a listing breaks off
 */
export async function* listedAddress(
  address: string,
  listing: AddressListing,
): AsyncGenerator<ListedAddress, void, undefined> {
  const listed = addressOf(address);
  const { source } = listed;
  const remote = remoteOf(listing, source.name);
  if (source.failure || source.locator.kind !== 's3' || !isPrefix(source.locator)) yield listed;
  else {
    const failed = (error: unknown): Part =>
      only({
        address,
        source: {
          ...source,
          failure: serializeError(asFdeployError(error, 'SOURCE_FAILED', source.name)),
        },
      });
    const locator: S3Locator = source.locator;
    const pictures = await begun(listPrefix(locator, remote, listing.leftOut, listing.signal)).catch(failed);
    yield* (
      pictures ??
      failed(new FdeployError('SOURCE_FAILED', sentenceOfNone(source.name, listing), { file: source.name }))
    );
  }
}

function sentenceOfNone(name: string, { leftOut }: AddressListing): string {
  return `${name} has no picture (${leftOut.listed.toString()}; hidden files are left out)`;
}

/** @throws FdeployError BAD_OPTION */
function remoteOf({ remote }: AddressListing, name: string): RemoteFiles {
  if (typeof remote !== 'string') return remote;
  throw new FdeployError('BAD_OPTION', `'${name}' cannot be read: ${remote}`, { file: name });
}
