import { addAbortSignal, Readable } from 'node:stream';
import type { S3Locator } from '../../../contracts/source.js';
import { FetchFault } from '../fault.js';
import type { OpenedSource, Opener } from '../opened.js';
import { faultOfS3, s3Access, type S3Access } from './client.js';

/** A page of a listing: at most 1,000 keys. */
export interface KeyPage {
  readonly keys: readonly string[];
  /** Where the next page begins; undefined after the last one. */
  readonly next: string | undefined;
}

/** Opens and lists objects in S3, and in what has the same interface. */
export class S3Files implements Opener<S3Locator> {
  #access: Promise<S3Access> | undefined;

  /** @throws FdeployError PACKAGE_MISSING; FetchFault, or an error of the connection */
  async open({ bucket, key }: S3Locator, signal: AbortSignal): Promise<OpenedSource> {
    const { package: s3, client } = await this.#opened();
    const answer = await client
      .send(new s3.GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
      .catch(asFault);
    const { Body: body, ContentLength: length } = answer;
    if (!(body instanceof Readable)) throw new FetchFault('the server sent no object');
    addAbortSignal(signal, body);
    return { length, body, destroy: (error) => body.destroy(error) };
  }

  /**
   * Keys that begin with the locator's, in the order of their bytes.
   * @param from the `next` of the page before
   * @throws FdeployError PACKAGE_MISSING; FetchFault, or an error of the connection
   */
  async list({ bucket, key }: S3Locator, from: string | undefined, signal: AbortSignal): Promise<KeyPage> {
    const { package: s3, client } = await this.#opened();
    const request = { Bucket: bucket, Prefix: key, ...(from !== undefined && { ContinuationToken: from }) };
    const answer = await client
      .send(new s3.ListObjectsV2Command(request), { abortSignal: signal })
      .catch(asFault);
    const keys = (answer.Contents ?? []).map(({ Key: found = '' }) => found);
    return { keys, next: answer.IsTruncated === true ? answer.NextContinuationToken : undefined };
  }

  close(): void {
    void this.#access?.then(
      ({ client }) => {
        client.destroy();
      },
      () => undefined,
    );
  }

  #opened(): Promise<S3Access> {
    return (this.#access ??= s3Access());
  }
}

function asFault(error: unknown): never {
  throw faultOfS3(error);
}
