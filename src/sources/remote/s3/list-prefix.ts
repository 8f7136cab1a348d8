import type { S3Locator } from '../../../contracts/source.js';
import type { LeftOut } from '../../left-out.js';
import type { ListedAddress } from '../addresses.js';
import type { RemoteFiles } from '../remote-files.js';
import { s3Address } from './address.js';

/**
 * The pictures and documents in a bucket whose keys begin with a prefix, in the order of their keys. As in folders, what is hidden
 * and what has another ending is left out.
 * @throws SourceFailed if a page cannot be fetched
 */
export async function* listPrefix(
  prefix: S3Locator,
  remote: RemoteFiles,
  leftOut: LeftOut,
  signal: AbortSignal,
): AsyncGenerator<ListedAddress, void, undefined> {
  const { bucket } = prefix;
  const counted = leftOut.entersFirst(s3Address(prefix)) ? leftOut : undefined;
  for await (const key of remote.keys(prefix, signal)) {
    if (key.endsWith('/')) continue; // stands for a folder
    const isPicture = leftOut.listed.has(key);
    const isHidden = /(^|\/)\./.test(key.slice(prefix.key.length));
    if (isPicture && !isHidden) {
      const locator = { kind: 's3' as const, bucket, key };
      const address = s3Address(locator);
      yield { address, source: { name: address, locator } };
    } else if (isPicture) counted?.addHidden();
    else if (!isHidden) counted?.add(key);
  }
}
