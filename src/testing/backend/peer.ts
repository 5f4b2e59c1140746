/** A fake HTTP peer: accepts the requests of a backend, or misbehaves on demand. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { systemClock } from '../../model/clock.js';

/** A received request, with its body decompressed. */
export interface PeerRequest {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Response to a request: `hang` never answers, `close` destroys the connection. */
export type Behavior = 'hang' | 'close' | ((request: PeerRequest) => PeerAnswer | Promise<PeerAnswer>);

/** A request with its time of arrival and the status of the answer. */
interface Exchange {
  readonly request: PeerRequest;
  status: number | undefined;
  readonly atMs: number;
}

/** A running fake peer. */
export interface Peer {
  readonly url: string;
  /** Sets the behavior for later requests. */
  behave(behavior: Behavior): void;
  /** All requests so far. */
  readonly exchanges: readonly Exchange[];
  /** Returns the requests that were answered with a matching status. */
  answered(matches: (status: number) => boolean): PeerRequest[];
  /** Returns the highest number of concurrent requests so far. */
  mostInFlight(): number;
  /** Returns the number of open connections. */
  connections(): Promise<number>;
  /** Closes the port and all connections. */
  stop(): Promise<void>;
  /** Listens on the same port again. */
  restart(): Promise<void>;
}

/** Starts a peer on a free port of 127.0.0.1. The peer and its connections do not keep the process alive. */
export async function startPeer(behavior: Behavior): Promise<Peer> {
  const exchanges: Exchange[] = [];
  let current = behavior;
  let inFlight = 0;
  let mostInFlight = 0;

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    response.once('close', () => inFlight--);
    const chosen = current;
    const request = await read(incoming);
    if (request === undefined) return;
    const exchange: Exchange = { request, status: undefined, atMs: systemClock.monotonicMs() };
    exchanges.push(exchange);
    if (chosen === 'close') incoming.socket.destroy();
    if (typeof chosen !== 'function') return;
    const { status, headers, body } = await chosen(request);
    exchange.status = status;
    response.writeHead(status, headers).end(body);
  }

  const server = createServer(take);
  server.unref();
  server.on('connection', (socket) => socket.unref().on('error', () => undefined));
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    behave(next) {
      current = next;
    },
    exchanges,
    answered: (matches) =>
      exchanges.filter(({ status }) => status !== undefined && matches(status)).map(({ request }) => request),
    mostInFlight: () => mostInFlight,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    async stop() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    restart: () => listen(port),
  };
}

const decompressors: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** Reads a request; returns `undefined` when the connection ends first. */
async function read(incoming: IncomingMessage): Promise<PeerRequest | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const { method = '', url = '', headers } = incoming;
  const decompress = decompressors[headers['content-encoding'] ?? ''] ?? ((body) => body);
  return { method, path: url, headers, body: decompress(Buffer.concat(chunks)) };
}
