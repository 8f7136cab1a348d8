/**
 * Effect of an error: `call` ends the command before anything is predicted (exit code 2), `picture` becomes the picture's
 * error record (exit code 1 at the end), `run` stops the run (exit code 3), `bug` is a bug in fdeploy.
 */
export type ErrorKind = 'call' | 'picture' | 'run' | 'bug';

/** All error codes. A new one is a line here and a section in `docs/errors.md`. */
export const ERROR_KINDS = {
  BAD_OPTION: 'call',
  NO_IMAGES: 'call',
  OUTPUT_EXISTS: 'call',
  OUTPUT_IN_USE: 'call',
  RESUME_IMPOSSIBLE: 'call',
  RESUME_MISMATCH: 'call',
  MODEL_NOT_FOUND: 'call',
  MODEL_INVALID: 'call',
  MODEL_UNSUPPORTED: 'call',
  MODEL_CLOSED: 'call',
  PREPARE_LIMIT: 'call',
  CONFIG_INVALID: 'call',
  CONFIG_MISSING: 'call',
  OPERATOR_UNSUPPORTED: 'call',
  LABELS_INVALID: 'call',
  DICTIONARY_MISSING: 'call',
  DICTIONARY_MISMATCH: 'call',
  LFS_POINTER: 'call',
  QUANTIZATION_MISSING: 'call',
  QUANTIZATION_INVALID: 'call',
  RECORDS_INVALID: 'call',
  PACKAGE_MISSING: 'call',
  DEVICE_UNAVAILABLE: 'call',
  SOURCE_FAILED: 'picture',
  IMAGE_MISSING: 'picture',
  IMAGE_UNREADABLE: 'picture',
  IMAGE_TRUNCATED: 'picture',
  IMAGE_TOO_LARGE: 'picture',
  IMAGE_TOO_SMALL: 'picture',
  INFERENCE_FAILED: 'picture',
  RESULT_INVALID: 'picture',
  ARTIFACT_FAILED: 'picture',
  WORKER_CRASHED: 'picture',
  TIMEOUT: 'picture',
  PULL_FAILED: 'run',
  RUNTIME_UNAVAILABLE: 'run',
  WORKER_START_FAILED: 'run',
  LISTING_FAILED: 'run',
  QUEUE_UNAVAILABLE: 'run',
  WORKERS_REFUSED: 'run',
  OUTPUT_FAILED: 'run',
  INTERNAL: 'bug',
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

export interface ErrorDetails {
  /** The file or option the error is about. */
  file?: string;
  expected?: string;
  found?: string;
  cause?: unknown;
}

/** An error with a code. `message` is one sentence for the user. The original error is kept as `cause`. */
export class FdeployError extends Error {
  override readonly name = 'FdeployError';
  readonly code: ErrorCode;
  readonly file: string | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.file = details.file;
    this.expected = details.expected;
    this.found = details.found;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** An error as plain data, so that no field is lost between threads and processes. */
export interface SerializedError {
  code: ErrorCode;
  message: string;
  file?: string;
  expected?: string;
  found?: string;
  stack?: string;
  cause?: SerializedError;
}

const MAX_CAUSES = 8;

/** Plain data of any thrown value. Errors without a code get INTERNAL. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  if (!(thrown instanceof Error)) return { code: 'INTERNAL', message: String(thrown) };
  const own = thrown instanceof FdeployError ? thrown : undefined;
  return {
    code: own?.code ?? 'INTERNAL',
    message: thrown.message,
    ...(own?.file !== undefined && { file: own.file }),
    ...(own?.expected !== undefined && { expected: own.expected }),
    ...(own?.found !== undefined && { found: own.found }),
    ...(thrown.stack !== undefined && { stack: thrown.stack }),
    ...(thrown.cause !== undefined &&
      depth < MAX_CAUSES && { cause: serializeError(thrown.cause, depth + 1) }),
  };
}

/** The FdeployError that `serializeError` described, its stack and causes included. */
export function deserializeError(data: SerializedError): FdeployError {
  const error = new FdeployError(data.code, data.message, {
    ...(data.file !== undefined && { file: data.file }),
    ...(data.expected !== undefined && { expected: data.expected }),
    ...(data.found !== undefined && { found: data.found }),
    ...(data.cause && { cause: deserializeError(data.cause) }),
  });
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}

/** `thrown` if it already has a code, else an error with `code` and `thrown` as cause. */
export function asFdeployError(thrown: unknown, code: ErrorCode = 'INTERNAL', file?: string): FdeployError {
  if (thrown instanceof FdeployError) return thrown;
  const message = messageOf(thrown);
  return new FdeployError(code, message, { cause: thrown, ...(file !== undefined && { file }) });
}

/** What a thrown value says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
