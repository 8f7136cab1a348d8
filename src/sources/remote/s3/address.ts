import type { S3Locator } from '../../../contracts/source.js';

/** `s3://`, a bucket, and a key, which is taken as it is: nothing in it is encoded. */
const S3 = /^s3:\/\/([\w.-]{3,255})(?:\/(.*))?$/is;
const BUCKET = /^[\w.-]{3,255}$/;

export function isS3(address: string): boolean {
  return /^s3:\/\//i.test(address);
}

/** The bucket and the key of an address; undefined if it is none. */
export function s3Locator(address: string): S3Locator | undefined {
  const [, bucket, key = ''] = S3.exec(address) ?? [];
  return bucket === undefined ? undefined : { kind: 's3', bucket, key };
}

export function isBucket(name: string): boolean {
  return BUCKET.test(name);
}

/** Whether it stands for all keys that begin with its own. */
export function isPrefix({ key }: S3Locator): boolean {
  return key === '' || key.endsWith('/');
}

export function s3Address({ bucket, key }: S3Locator): string {
  return `s3://${bucket}/${key}`;
}
