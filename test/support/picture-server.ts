import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers requests of a path, `/` and the query included; the count is that of this path's requests, from 1. */
export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** An HTTP server on this machine. */
export class PictureServer {
  readonly requests: { path: string; authorization: string | undefined }[] = [];
  readonly #server: Server;

  constructor(handler: Handler) {
    const counts = new Map<string, number>();
    this.#server = createServer((request, response) => {
      const path = request.url ?? '';
      const count = (counts.get(path) ?? 0) + 1;
      counts.set(path, count);
      this.requests.push({ path, authorization: request.headers.authorization });
      handler(request, response, count);
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** `127.0.0.1:<port>` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
