/** The HTTP server of the scrape endpoint: one route, GET and HEAD, nothing of a request echoed. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MetricsError } from '../../errors.js';

/** What is answered to a scrape; rejects when metrics could not be collected. */
export type Scrape = () => Promise<string>;

/** A server, listening or about to. */
export interface ScrapeServer {
  /** @throws {MetricsError} METRICS_PORT_IN_USE or METRICS_LISTEN_FAILED, by rejection. */
  readonly listening: Promise<void>;
  /** The address of the metrics; `undefined` until the server listens. */
  url(): string | undefined;
  /** Ends the connections and frees the port. */
  close(): Promise<void>;
}

const slowClientTimeoutMs = 10_000;

/** Listens on host and port; neither the server nor its connections keep the process alive. */
export function serveScrapes(host: string, port: number, scrape: Scrape): ScrapeServer {
  // An `import` of node:http costs ten times as much at start-up, because it also loads Node's fetch.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer((request, response) => answer(request, response, scrape));
  server.headersTimeout = slowClientTimeoutMs;
  server.requestTimeout = slowClientTimeoutMs;
  server.on('connection', (socket) => socket.unref());
  server.unref();
  const listening = listen(server, host, port);
  return {
    listening,
    url() {
      const address = server.address() as AddressInfo | null;
      return address === null ? undefined : `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/metrics`;
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
    server.listen(port, host, () => {
      // Later errors are of single connections; an 'error' event without a listener would end the process.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse, scrape: Scrape): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    reply(response, 405, 'Only GET and HEAD.\n', { allow: 'GET, HEAD' });
    return;
  }
  const path = request.url?.split('?', 1)[0];
  if (path !== '/metrics') {
    reply(response, 404, 'Metrics are at /metrics.\n');
    return;
  }
  scrape().then(
    (body) => reply(response, 200, body, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
    () => reply(response, 500, 'Metrics could not be collected.\n'),
  );
}

function reply(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
