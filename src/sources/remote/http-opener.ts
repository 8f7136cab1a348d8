import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { HttpLocator } from '../../contracts/source.js';
import { AddressRefused } from '../address-rule.js';
import { FetchFault, faultOfStatus } from './fault.js';
import type { FetchSettings, OpenedSource, Opener } from './opened.js';

const MOST_REDIRECTS = 10;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Opens `http:` and `https:` addresses, with `GET`. User and password of an address are sent as Basic authorization, and not to
 * other hosts.
 */
export class HttpOpener implements Opener<HttpLocator> {
  readonly #settings: FetchSettings;
  readonly #http = new http.Agent({ keepAlive: true });
  readonly #https = new https.Agent({ keepAlive: true });

  constructor(settings: FetchSettings) {
    this.#settings = settings;
  }

  async open({ url }: HttpLocator, signal: AbortSignal): Promise<OpenedSource> {
    let at = new URL(url);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await this.#get(at, signal);
      const status = answer.statusCode ?? 0;
      if (status === 200) return openedOf(answer);
      answer.resume(); // so that its connection can be used again
      const { location, 'retry-after': retryAfter } = answer.headers;
      if (!REDIRECTS.has(status) || location === undefined) throw faultOfStatus(status, retryAfter);
      at = redirected(location, at, status);
    }
    throw new FetchFault(`it is redirected more than ${MOST_REDIRECTS} times`);
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #get(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    const { rule } = this.#settings;
    const refusal = rule?.refusalOfHost(url.hostname);
    if (refusal !== undefined) return Promise.reject(new FetchFault(refusal));
    const [client, agent] = url.protocol === 'https:' ? [https, this.#https] : [http, this.#http];
    const headers = { 'user-agent': 'fdeploy', accept: '*/*', 'accept-encoding': 'identity' };
    return new Promise((resolve, reject) => {
      const request = client.get(url, { agent, headers, signal, ...(rule && { lookup: rule.lookup }) });
      request.on('response', resolve).on('error', (error) => {
        reject(error instanceof AddressRefused ? new FetchFault(error.message) : error);
      });
    });
  }
}

function openedOf(answer: IncomingMessage): OpenedSource {
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = answer.headers;
  if (encoding !== 'identity' && encoding !== '') {
    answer.destroy();
    throw new FetchFault(`the server answered with the encoding '${encoding}', which was not asked for`);
  }
  return {
    length: length === undefined ? undefined : Number(length),
    body: answer,
    destroy: (error) => answer.destroy(error),
  };
}

/** @throws FetchFault if it is no address of these kinds */
function redirected(location: string, from: URL, status: number): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to?.protocol !== 'http:' && to?.protocol !== 'https:') {
    throw new FetchFault('it is redirected to what is no http or https address', { status });
  }
  if (to.origin !== from.origin) return to;
  to.username ||= from.username;
  to.password ||= from.password;
  return to;
}
