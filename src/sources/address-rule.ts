import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { FdeployError } from '../contracts/errors.js';
import type { Locator } from '../contracts/source.js';

/** A host, `*.` and a domain, or an IP address (IPv6 with or without brackets). */
const ENTRY = /^((\*\.)?[^\s/:*@?#]+|\[?[0-9a-f:.]+\]?)$/i;

/** Addresses of the machine itself and of its own network segment, where clouds answer with a machine's credentials. */
const OWN = new BlockList();
OWN.addSubnet('0.0.0.0', 8, 'ipv4');
OWN.addSubnet('127.0.0.0', 8, 'ipv4');
OWN.addSubnet('169.254.0.0', 16, 'ipv4');
OWN.addAddress('::', 'ipv6');
OWN.addAddress('::1', 'ipv6');
OWN.addSubnet('fe80::', 10, 'ipv6');
OWN.addAddress('fd00:ec2::254', 'ipv6'); // the credentials of a machine at AWS

type Answer = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;
/** As `lookup` of `node:net`. */
export type Lookup = (host: string, options: LookupOptions, answer: Answer) => void;

/** Thrown to a connection whose address is not allowed. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/**
 * From where sources may be fetched on behalf of somebody else. Without `allowed`: from everywhere except addresses of the machine
 * itself (loopback) and of its network segment (link-local). With it: from the named hosts only; of the excepted
 * addresses, from those that are named as an address, or `localhost`. What a name leads to is checked when it is connected to, so
 * that no name can lead elsewhere afterwards.
 */
export class AddressRule {
  readonly #allowed: ReadonlySet<string> | undefined;

  /**
   * @param allowed hosts (`pictures.example.com`), buckets (`my-bucket`), domains with what is below them (`*.example.com`), and IP addresses;
   *   undefined or empty: all but the excepted addresses
   * @throws FdeployError BAD_OPTION
   */
  constructor(allowed: readonly string[] = []) {
    for (const entry of allowed) {
      if (ENTRY.test(entry)) continue;
      const message = `--allow-host must be a host, such as example.com, *.example.com or 10.0.0.7, not '${entry}'`;
      throw new FdeployError('BAD_OPTION', message, { file: '--allow-host', found: entry });
    }
    this.#allowed = allowed.length === 0 ? undefined : new Set(allowed.map(plainHost));
  }

  /** Why a source must not be fetched; undefined if it may, as far as its name tells. Files are not its matter. */
  refusal(locator: Locator): string | undefined {
    switch (locator.kind) {
      case 'file':
        return undefined;
      case 'http':
        return isHttp(locator.url) ? this.refusalOfHost(new URL(locator.url).hostname) : 'it is no address';
      case 's3': // a bucket is named as a host is; where buckets are is set on this machine, not by who asks
        return this.refusalOfHost(locator.bucket);
    }
  }

  /** @param host as in a URL: IPv6 addresses have brackets */
  refusalOfHost(host: string): string | undefined {
    const name = plainHost(host);
    if (isOwn(name)) return this.#names(name) ? undefined : ownRefusal(host);
    if (this.#allowed === undefined) return isLocalName(name) ? ownRefusal(host) : undefined;
    return this.#names(name) || this.#isBelowNamed(name)
      ? undefined
      : `the host '${host}' is not among those of --allow-host`;
  }

  /** Looks up a name, and refuses what it leads to if that is excepted. */
  readonly lookup: Lookup = (host, options, answer) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) {
        answer(error, '');
        return;
      }
      const allowsLocal = isLocalName(plainHost(host)) && this.#names(plainHost(host));
      const fit = found.filter(({ address }) => allowsLocal || !isOwn(address) || this.#names(address));
      const [first] = fit;
      if (first === undefined) answer(new AddressRefused(ownRefusal(host)), '');
      else if (options.all === true) answer(null, fit);
      else answer(null, first.address, first.family);
    });
  };

  #names(host: string): boolean {
    return this.#allowed?.has(host) === true;
  }

  #isBelowNamed(host: string): boolean {
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      if (this.#names(`*${host.slice(dot)}`)) return true;
    }
    return false;
  }
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function ownRefusal(host: string): string {
  return `the host '${host}' is an address of the machine itself or of its network segment, which --allow-host does not name`;
}

function isOwn(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && OWN.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function isLocalName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

/** In lower case, without brackets and a final dot. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
}
