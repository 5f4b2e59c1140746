/** A fake peer over HTTP: takes what a backend sends, or behaves as badly as it is told to. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { systemClock } from '../../model/clock.js';

/** A request as it arrived, its body unpacked. */
export interface PeerRequest {
  readonly method: string;
  /** With its query. */
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

/** What it does with a request: `hang` never answers, `close` ends the connection instead. */
export type Behaviour = 'hang' | 'close' | ((request: PeerRequest) => PeerAnswer | Promise<PeerAnswer>);

/** A request, what was answered and when it came. */
interface Exchange {
  readonly request: PeerRequest;
  status: number | undefined;
  readonly atMs: number;
}

/** A fake peer that runs. */
export interface Peer {
  readonly url: string;
  /** From now on. */
  behave(behaviour: Behaviour): void;
  /** All requests so far. */
  readonly exchanges: readonly Exchange[];
  /** Requests that were answered with a status that `is` true for. */
  answered(is: (status: number) => boolean): PeerRequest[];
  /** The most requests that were ever under way at the same time. */
  mostInFlight(): number;
  /** Connections that are open. */
  connections(): Promise<number>;
  /** Nobody listens any more. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  restart(): Promise<void>;
}

/** Starts a peer on a free port of 127.0.0.1. Neither it nor its connections keep a process alive. */
export async function startPeer(behaviour: Behaviour): Promise<Peer> {
  const exchanges: Exchange[] = [];
  let behaving = behaviour;
  let inFlight = 0;
  let mostInFlight = 0;

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    response.once('close', () => inFlight--);
    const acting = behaving;
    const request = await read(incoming);
    if (request === undefined) return;
    const exchange: Exchange = { request, status: undefined, atMs: systemClock.monotonicMs() };
    exchanges.push(exchange);
    if (acting === 'close') incoming.socket.destroy();
    if (typeof acting !== 'function') return;
    const { status, headers, body } = await acting(request);
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
      behaving = next;
    },
    exchanges,
    answered: (is) =>
      exchanges.filter(({ status }) => status !== undefined && is(status)).map(({ request }) => request),
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

const unpackers: Readonly<Record<string, (packed: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** `undefined` when the connection ends first. */
async function read(incoming: IncomingMessage): Promise<PeerRequest | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const { method = '', url = '', headers } = incoming;
  const unpack = unpackers[headers['content-encoding'] ?? ''] ?? ((body) => body);
  return { method, path: url, headers, body: unpack(Buffer.concat(chunks)) };
}
