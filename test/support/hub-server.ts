import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository of the hub: its files by path. Those of `large` are LFS files. */
export interface Repository {
  files: Record<string, Buffer>;
  large?: string[];
}

const PAGE = 15;
export const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const hash = (kind: string, ...parts: (string | Buffer)[]) =>
  parts.reduce((sum, part) => sum.update(part), createHash(kind)).digest('hex');

/** A hub on this machine, with the answers of huggingface.co that a download needs. */
export class HubServer {
  repositories: Record<string, Repository> = {};
  /** Each request as `METHOD path range`. */
  readonly requests: string[] = [];
  /** Bytes after which downloads of a path are cut off, and how often that happens. */
  cut: { path: string; after: number; times: number } | undefined;
  /** The `Authorization` of each request; an empty string if it has none. */
  readonly tokens: string[] = [];
  /** Another server that large files are at and that has the further pages of lists, as a hub's content network. */
  store: HubServer | undefined;
  /** What is sent in place of a file's bytes. */
  forged: Record<string, Buffer> = {};
  readonly #server = createServer((request, response) => {
    this.#answer(request, response);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    this.requests.push(`${request.method} ${pathname} ${request.headers.range ?? ''}`.trim());
    this.tokens.push(request.headers.authorization ?? '');
    const [, model, rest = ''] = /^\/(?:api\/models\/)?([^/]+\/[^/]+)(.*)$/.exec(pathname) ?? [];
    const repository = this.repositories[model ?? ''];
    if (!repository || model === undefined) {
      notFound(response);
      return;
    }
    const list = /^\/tree\/[^/]+(?:\/(.+))?$/.exec(rest);
    const file = /^\/resolve\/[^/]+\/(.+)$/.exec(rest);
    if (list) {
      this.#list(repository, pathname, list[1], Number(searchParams.get('cursor')), response);
      return;
    }
    if (file?.[1] !== undefined) {
      this.#send(decodeURIComponent(file[1]), repository, request, response);
      return;
    }
    json(response, {
      _id: '1',
      id: model,
      modelId: model,
      sha: COMMIT,
      private: false,
      likes: 0,
      downloads: 0,
    });
  }

  #list(
    { files, large = [] }: Repository,
    pathname: string,
    folder: string | undefined,
    cursor: number,
    response: ServerResponse,
  ): void {
    const entries = Object.entries(files)
      .filter(([name]) => folder === undefined || name.startsWith(`${folder}/`))
      .map(([name, bytes]) => ({
        type: 'file',
        path: name,
        size: bytes.length,
        oid: hash('sha1', `blob ${bytes.length}\0`, bytes),
        ...(large.includes(name) && {
          lfs: { oid: hash('sha256', bytes), size: bytes.length, pointerSize: 130 },
        }),
      }));
    if (entries.length === 0) {
      notFound(response);
      return;
    }
    if (cursor + PAGE < entries.length) {
      response.setHeader(
        'Link',
        `<${(this.store ?? this).url}${pathname}?recursive=true&cursor=${cursor + PAGE}>; rel="next"`,
      );
    }
    json(response, entries.slice(cursor, cursor + PAGE));
  }

  #send(
    name: string,
    { files, large = [] }: Repository,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    if (this.store && large.includes(name)) {
      response.writeHead(302, { Location: `${this.store.url}${request.url}` }).end();
      return;
    }
    const bytes = this.forged[name] ?? files[name];
    if (!bytes) {
      notFound(response);
      return;
    }
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first ?? 0);
    const part = bytes.subarray(start, last ? Number(last) + 1 : undefined);
    response.setHeader('ETag', `"${hash('sha1', bytes)}"`);
    response.setHeader('Accept-Ranges', 'bytes');
    response.setHeader('X-Cache', 'Hit from cloudfront');
    if (first !== undefined) {
      response.setHeader('Content-Range', `bytes ${start}-${start + part.length - 1}/${bytes.length}`);
    }
    response.writeHead(first === undefined ? 200 : 206, { 'Content-Length': part.length });
    if (request.method === 'HEAD') return void response.end();
    const { cut } = this;
    if (cut?.path !== name || cut.times === 0 || part.length <= cut.after) return void response.end(part);
    cut.times--;
    response.write(part.subarray(0, cut.after), () => response.destroy());
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"error":"Repository not found"}');
}
