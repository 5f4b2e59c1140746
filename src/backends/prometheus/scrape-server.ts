/** The endpoint's own HTTP or HTTPS server, with limits that protect it against slow and broken clients. */
import type { Server, ServerOptions, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { workerKind } from '../../delivery/worker-kind.js';
import { MetricsError, type Problem } from '../../errors.js';
import { markOwn } from '../../model/own-traffic.js';
import type { Endpoint } from './endpoint.js';
import { handleNode, handleUpgrade } from './handlers.js';
import type { ResponseWriter } from './response-writer.js';
import type { EndpointSecurity } from './security/endpoint-security.js';

/** A server that listens or is about to. */
export interface ScrapeServer {
  /** @throws {MetricsError} METRICS_PORT_IN_USE or METRICS_LISTEN_FAILED, by rejection. */
  readonly listening: Promise<void>;
  /** Returns the origin, such as `http://localhost:9464`; `undefined` until the server listens. */
  origin(): string | undefined;
  /** Closes all connections and frees the port. */
  close(): Promise<void>;
}

/** Time limits in milliseconds and size limit in bytes of a request. */
const limits: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};
const handshakeTimeoutMs = 10_000;
/** Time without progress after which a connection with a response in transfer is closed. */
const stalledConnectionMs = 60_000;
const maxConnections = 2_048;

/** Listens on host and port. Neither the server nor its connections keep the process alive. */
export function startScrapeServer(
  host: string,
  port: number,
  security: Pick<EndpointSecurity, 'tls' | 'admitsClient'>,
  endpoint: Endpoint,
  writer: ResponseWriter,
): ScrapeServer {
  const { tls } = security;
  const server = markOwn(createServer(security));
  /** The latest response of each connection. */
  const responses = new WeakMap<Socket, ServerResponse>();
  server.on('request', (request, response) => {
    responses.set(request.socket, response);
    handleNode(endpoint.handle, writer, request, response).catch(() => response.destroy());
  });
  // Without this listener, Node ignores the header `Upgrade`.
  server.on('upgrade', (message, socket, head) => {
    handleUpgrade(endpoint.upgrade, writer, { message, socket, head }).catch(() => socket.destroy());
  });
  server.maxConnections = maxConnections;
  server.timeout = stalledConnectionMs;
  server.on('connection', (socket) => {
    socket.unref();
    // On each connection and not on each request: with an expired certificate no handshake ends in a request.
    void tls?.refresh((options) => (server as import('node:https').Server).setSecureContext(options));
  });
  // The response to malformed input contains no part of the input.
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const status = statusLineOf(error.code);
    // Bytes written now would end up within the response in transfer.
    const response = responses.get(socket);
    if (response?.headersSent === true && !response.writableFinished) {
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
        : `${scheme}://${host.includes(':') ? `[${withoutBrackets(host)}]` : host}:${address.port}`;
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

/** Returns the host without the brackets that an IPv6 address has in a URL. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Returns code and reason phrase for a request that could not be parsed or did not arrive in time. */
function statusLineOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request';
}

function createServer({ tls, admitsClient }: Pick<EndpointSecurity, 'tls' | 'admitsClient'>): Server {
  // An `import` of node:http takes ten times as long at startup, because it also loads Node's fetch.
  if (tls === undefined) return process.getBuiltinModule('node:http').createServer(limits);
  const options = { ...limits, ...tls.options, handshakeTimeout: handshakeTimeoutMs };
  const server = process.getBuiltinModule('node:https').createServer(options);
  // Prepended, so that a rejected client is disconnected before HTTP parses anything.
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
      const code = error.code === 'EADDRINUSE' ? 'METRICS_PORT_IN_USE' : 'METRICS_LISTEN_FAILED';
      reject(new MetricsError(code, [listenProblem(host, port, error)], { cause: error }));
    });
    // Without `exclusive`, cluster workers share the port, and a scrape returns the values of any one of them.
    server.listen({ port, host: withoutBrackets(host), exclusive: true }, () => {
      // Later errors concern single connections; an 'error' event without a listener would end the process.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

/** Returns the option at fault, its value and what is expected instead. */
function listenProblem(host: string, port: number, { code }: NodeJS.ErrnoException): Problem {
  const [ofHost, ofPort] = [
    { where: 'prometheus.host', value: host },
    { where: 'prometheus.port', value: port },
  ];
  switch (code) {
    case 'EADDRINUSE':
      return { ...ofPort, expected: freePort(host, port) };
    case 'EACCES':
      return { ...ofPort, expected: `a port that this user may listen on, such as 9464 (${code})` };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { ...ofHost, expected: `a host only, with the name or address of this machine; no such name (${code})` };
    default:
      return { ...ofHost, expected: `localhost or another address of this machine (${code})` };
  }
}

/** Describes a port that can be listened on. Names the remedy for workers, which start with the same port. */
function freePort(host: string, port: number): string {
  const kind = workerKind();
  if (kind === undefined)
    return `another port (OTEL_EXPORTER_PROMETHEUS_PORT), or 0 for any free one; ${host}:${port} is in use`;
  const example =
    kind === 'cluster worker' ? 'prometheus({ port: 9464 + cluster.worker.id })' : 'prometheus({ port: 0 })';
  return `a port per ${kind}, such as ${example}, or otlp`;
}
