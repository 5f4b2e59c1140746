/** The endpoint's own HTTP or HTTPS server, which slow and broken clients cannot hold up. */
import type { Server, ServerOptions, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { MetricsError } from '../../errors.js';
import { markOwn } from '../../model/own-traffic.js';
import { type Answer, answerNode } from './handlers.js';
import type { Protection } from './security/protection.js';
import type { AnswerSender } from './sending.js';

/** A server, listening or about to. */
export interface ScrapeServer {
  /** @throws {MetricsError} METRICS_PORT_IN_USE or METRICS_LISTEN_FAILED, by rejection. */
  readonly listening: Promise<void>;
  /** Where it listens, such as `http://localhost:9464`; `undefined` until it does. */
  origin(): string | undefined;
  /** Ends the connections and frees the port. */
  close(): Promise<void>;
}

/** How long a client may take for its headers, for all of a request, between bytes, and for another request. */
const limits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};
const handshakeMs = 10_000;
const idleMs = 60_000;
const mostConnections = 2_048;

/** Listens on host and port; neither the server nor its connections keep the process alive. */
export function serveScrapes(
  host: string,
  port: number,
  protection: Pick<Protection, 'tls' | 'admitsClient'>,
  answer: Answer,
  sender: AnswerSender,
): ScrapeServer {
  const { tls } = protection;
  const server = markOwn(createServer(protection));
  /** The latest answer of each connection. */
  const answering = new WeakMap<Socket, ServerResponse>();
  server.on('request', (request, response) => {
    answering.set(request.socket, response);
    answerNode(answer, sender, request, response).catch(() => response.destroy());
  });
  server.maxConnections = mostConnections;
  // Nothing moves for so long on a connection with an answer under way: its client is gone, or does not read.
  server.timeout = idleMs;
  server.on('connection', (socket) => {
    socket.unref();
    // Before the handshake: behind a certificate that has expired no request ever comes.
    void tls?.refresh((options) => (server as import('node:https').Server).setSecureContext(options));
  });
  // What is no HTTP is told so, and nothing of it is repeated.
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = statusOf(error.code);
    // An answer that is under way would go on behind ours.
    const answer = answering.get(socket);
    if (answer?.headersSent === true && !answer.writableFinished) {
      socket.destroy();
      return;
    }
    if (socket.writable && error.code !== 'ECONNRESET') {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    }
    socket.destroySoon();
  });
  server.unref();
  const listening = listen(server, host, port);
  return {
    listening,
    origin() {
      const address = server.address() as AddressInfo | null;
      const scheme = tls === undefined ? 'http' : 'https';
      return address === null
        ? undefined
        : `${scheme}://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${address.port}`;
    },
    async close() {
      await listening.catch(() => undefined);
      if (!server.listening) return;
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** The status line for a request that could not be read. */
function statusOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
}

function createServer({ tls, admitsClient }: Pick<Protection, 'tls' | 'admitsClient'>): Server {
  // An `import` of node:http costs ten times as much at start-up, because it also loads Node's fetch.
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(limits);
  const options = { ...limits, ...tls.options, handshakeTimeout: handshakeMs };
  const server = process.getBuiltinModule('node:https').createServer(options);
  // First, so that HTTP never sees who is turned away.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    socket.unref();
    if (!admitsClient(socket)) socket.destroy();
  });
  server.on('tlsClientError', (_, socket) => socket.destroy());
  return server;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      const problem = {
        where: `${host}:${port}`,
        value: error.code,
        expected: inUse ? 'a free port' : 'an address to listen on',
      };
      reject(new MetricsError(inUse ? 'METRICS_PORT_IN_USE' : 'METRICS_LISTEN_FAILED', [problem], { cause: error }));
    });
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => {
      // Later errors are of single connections; an 'error' event without a listener would end the process.
      server.on('error', () => undefined);
      resolve();
    });
  });
}
