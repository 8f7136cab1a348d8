import type * as S3 from '@aws-sdk/client-s3';
import { FdeployError } from '../../../contracts/errors.js';
import { FetchFault, faultOfError, faultOfStatus } from '../fault.js';

/** The optional package, and a client of it. */
export interface S3Access {
  readonly package: typeof S3;
  readonly client: S3.S3Client;
}

export const S3_PACKAGE_HINT =
  's3:// needs the package @aws-sdk/client-s3: install it with npm install @aws-sdk/client-s3';
/** Where neither the environment nor a profile names one. Answers for a bucket elsewhere say where it is. */
const REGION = 'us-east-1';
/** Codes of answers with status 400 after which another attempt may succeed. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['RequestTimeout', 'IncompleteBody']);

/** @throws FdeployError PACKAGE_MISSING */
export async function loadS3(): Promise<typeof S3> {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (cause) {
    throw new FdeployError('PACKAGE_MISSING', S3_PACKAGE_HINT, { file: '@aws-sdk/client-s3', cause });
  }
}

/**
 * A client with the credentials, region and endpoint that the SDK finds. It tries once: attempts are made and counted by who uses it.
 * @throws FdeployError PACKAGE_MISSING
 */
export async function s3Access(env: NodeJS.ProcessEnv = process.env): Promise<S3Access> {
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'; // it would be printed in every run
  const loaded = await loadS3();
  const settings: S3.S3ClientConfig = {
    maxAttempts: 1,
    followRegionRedirects: true,
    // Other servers rarely have a host name for each bucket.
    forcePathStyle: (env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL ?? '') !== '',
  };
  const client = new loaded.S3Client(settings);
  const hasRegion = await client.config.region().then(
    () => true,
    () => false,
  );
  if (hasRegion) return { package: loaded, client };
  client.destroy();
  return { package: loaded, client: new loaded.S3Client({ ...settings, region: REGION }) };
}

/** The fault of an error that the client threw. */
export function faultOfS3(error: unknown): FetchFault {
  const { $metadata, $response, name, message } = error as Partial<S3.S3ServiceException>;
  const status = $metadata?.httpStatusCode;
  if (status === undefined) {
    if (name === 'CredentialsProviderError') return new FetchFault(`no credentials: ${message}`);
    return faultOfError(error);
  }
  const { 'retry-after': retryAfter } = ($response?.headers ?? {}) as Partial<Record<string, string>>;
  const fault = faultOfStatus(status, retryAfter, name === 'UnknownError' ? undefined : name);
  if (!TRANSIENT_CODES.has(name ?? '')) return fault;
  return new FetchFault(fault.message, { status, transient: true });
}
