import { STATUS_CODES } from 'node:http';

/** What is known of a failed attempt. */
export interface FaultDetails {
  /** Of the server's answer. */
  readonly status?: number;
  /** Whether another attempt may succeed. */
  readonly transient?: boolean;
  /** How long the server wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** An attempt to fetch a source failed. The message is the reason, without an address. */
export class FetchFault extends Error {
  readonly status: number | undefined;
  readonly transient: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, { status, transient = false, retryAfterMs, cause }: FaultDetails = {}) {
    super(reason, cause === undefined ? undefined : { cause });
    this.status = status;
    this.transient = transient;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Answers after which another attempt may succeed (RFC 9110, RFC 6585, RFC 8470). */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * The fault of an answer that is not the picture.
 * @param retryAfter the header of this name
 * @param more the server's own code
 */
export function faultOfStatus(status: number, retryAfter?: string, more?: string): FetchFault {
  const words = more ?? STATUS_CODES[status];
  return new FetchFault(`the server answered ${status}${words === undefined ? '' : ` (${words})`}`, {
    status,
    transient: TRANSIENT_STATUSES.has(status),
    retryAfterMs: waitOf(retryAfter),
  });
}

/** Milliseconds of a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3). */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Reasons by the codes of Node's errors, and whether another attempt may succeed. */
const REASONS: Partial<Record<string, readonly [reason: string, transient: boolean]>> = {
  ENOTFOUND: ['the host is not known', false],
  EAI_AGAIN: ['the host cannot be looked up at the moment', true],
  ECONNREFUSED: ['the host refused the connection', true],
  ECONNRESET: ['the connection broke off', true],
  ECONNABORTED: ['the connection broke off', true],
  EPIPE: ['the connection broke off', true],
  ERR_STREAM_PREMATURE_CLOSE: ['the connection broke off', true],
  ETIMEDOUT: ['the host did not answer', true],
  EHOSTUNREACH: ['the host cannot be reached', true],
  ENETUNREACH: ['the network cannot be reached', true],
  ENETDOWN: ['the network cannot be reached', true],
  ENOSPC: ['the disk of the temporary files is full', false],
};

/** The fault of an error of a connection, or of writing what came. */
export function faultOfError(error: unknown): FetchFault {
  if (error instanceof FetchFault) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const [reason, transient] = REASONS[code] ?? [message, false];
  return new FetchFault(reason, { transient, cause: error });
}
