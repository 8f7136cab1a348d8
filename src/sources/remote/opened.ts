import type { AddressRule } from '../address-rule.js';

/** A source whose bytes are being sent. */
export interface OpenedSource {
  /** Bytes that were announced. */
  readonly length: number | undefined;
  /** The bytes. Leaving the loop early ends the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection with an error. */
  readonly destroy: (error: Error) => void;
}

/** How sources are fetched. */
export interface FetchSettings {
  /** From where; without it, from wherever the user says. */
  readonly rule?: AddressRule | undefined;
}

/** Opens one kind of source for one attempt. Connections are kept for the next source. */
export interface Opener<L> {
  /**
   * @param signal ends the connection, also after the source is open
   * @throws FetchFault, or an error of the connection
   */
  open(locator: L, signal: AbortSignal): Promise<OpenedSource>;
  close(): void;
}
