import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const RUN = ['--openssl-legacy-provider', path.resolve('test/support/s3rver.mjs')];
/** The server checks neither keys nor signatures. */
const HEADERS = { authorization: 'AWS S3RVER:any', date: new Date().toUTCString() };

/** Whether s3rver runs here; tests that need it say that they were skipped. */
export const hasS3 =
  spawnSync(process.execPath, ['--openssl-legacy-provider', '-e', "require('crypto').createHash('md4')"])
    .status === 0;
if (!hasS3)
  process.stderr.write('Skipped: tests of S3, since this Node lacks the algorithms that s3rver uses.\n');

/** An S3 server on this machine, with one bucket. Listings have two keys a page. */
export class S3Server {
  /** Paths of the requests, `/` and the query included. */
  readonly requests: string[] = [];
  /** Answers a request instead of the server, if it returns true. */
  fault: (request: IncomingMessage, response: ServerResponse) => boolean = () => false;
  readonly #server: Server;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#server = createServer((request, response) => {
      const { url = '', method = '', headers } = request;
      this.requests.push(url);
      if (this.fault(request, response)) return;
      const at = url.includes('list-type=2') ? `${url}&max-keys=2` : url;
      const forwarded = send({ host: '127.0.0.1', port, path: at, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      request.pipe(forwarded);
    });
  }

  /** @param objects contents by key */
  static async start(
    folder: string,
    bucket: string,
    objects: Readonly<Record<string, Buffer>>,
  ): Promise<S3Server> {
    const child = spawn(process.execPath, [...RUN, folder, bucket], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const server = new S3Server(child, Number(port.toString()));
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    for (const [key, body] of Object.entries(objects)) {
      const at = `${server.url}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      const put = await fetch(at, { method: 'PUT', body: new Uint8Array(body), headers: HEADERS });
      if (!put.ok) throw new Error(`${key}: ${put.status} ${await put.text()}`);
    }
    server.requests.length = 0;
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The environment of commands that use it. */
  get env(): Record<string, string> {
    return { AWS_ENDPOINT_URL: this.url, AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };
  }

  async stop(): Promise<void> {
    this.#child.kill();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
