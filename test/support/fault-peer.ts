/**
 * A fake OTLP endpoint that misbehaves on demand on one port. It simulates the faults between a program and a
 * Collector, and keeps every request with its fate, so that tests can compare sums.
 */
import { lookup as lookUpName } from 'node:dns';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** The current fault of the endpoint; `undefined` is healthy. */
export type Fault =
  | 'refused'
  | 'hang'
  | 'reset'
  | '503'
  | '429 with seconds'
  | '429 with a date'
  | '400'
  | 'redirect'
  | 'garbage body'
  | '256 MB body'
  | 'gzip bomb'
  | 'partial success'
  | 'acknowledgement lost'
  | 'slow drip'
  | 'slow body'
  | 'wrong CA'
  | 'unknown name';

/** A received request, its body decompressed. */
export interface FaultedRequest {
  readonly body: Buffer;
  readonly fault: Fault | undefined;
  /** Outcome of its points: accepted, refused, or neither. */
  readonly fate: 'accepted' | 'refused' | 'ignored';
  /** Time of arrival on the monotonic clock. */
  readonly atMs: number;
}

/** A certificate and its key, as PEM files. */
interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const accepting: ReadonlySet<Fault | undefined> = new Set<Fault | undefined>([
  undefined,
  'garbage body',
  '256 MB body',
  'gzip bomb',
  'partial success',
  'acknowledgement lost',
  'slow body',
]);
const refusing: ReadonlySet<Fault | undefined> = new Set<Fault | undefined>(['400', 'redirect']);

/** Seconds in its `Retry-After` header. */
export const retryAfterSeconds = 1;

/** Names that `fakeResolver` resolves. They end in `.invalid`, which real resolvers reject (RFC 6761, section 6.4). */
const knownHosts = new Set<string>();

const page = Buffer.alloc(1024 * 1024, 'x');
/** 256 MB when decompressed, in parts that form one gzip stream. */
const bombPart = gzipSync(Buffer.alloc(16 * 1024 * 1024), { level: constants.Z_BEST_COMPRESSION });
const bomb = Buffer.concat(new Array<Buffer>(16).fill(bombPart));

/** Starts a healthy endpoint on a free port of 127.0.0.1. With `identities` it uses TLS. */
export async function startFaultPeer(identities?: { readonly right: Identity; readonly wrong: Identity }) {
  const requests: FaultedRequest[] = [];
  const reached: string[] = [];
  const drips = new Set<NodeJS.Timeout>();
  let fault: Fault | undefined;
  let inFlight = 0;
  let mostInFlight = 0;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    response.once('close', () => inFlight--);
    reached.push(request.url ?? '');
    const current = fault;
    if (current === 'reset') {
      requests.push({ body: Buffer.alloc(0), fault: current, fate: 'ignored', atMs: performance.now() });
      request.socket.resetAndDestroy();
      return;
    }
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const raw = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
    const fate = accepting.has(current) ? 'accepted' : refusing.has(current) ? 'refused' : 'ignored';
    requests.push({ body, fault: current, fate, atMs: performance.now() });
    // Only one answer is lost: each lost answer doubles a batch.
    if (current === 'acknowledgement lost') fault = undefined;
    await answer(current, request, response);
  }

  async function answer(current: Fault | undefined, request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (current) {
      case 'hang':
        return;
      case '503':
        response.writeHead(503).end('overloaded');
        return;
      case '429 with seconds':
        response.writeHead(429, { 'retry-after': String(retryAfterSeconds) }).end();
        return;
      case '429 with a date':
        response.writeHead(429, { 'retry-after': inSeconds(retryAfterSeconds) }).end();
        return;
      case '400':
        response.writeHead(400).end('no good');
        return;
      case 'redirect':
        response.writeHead(307, { location: '/elsewhere' }).end();
        return;
      case 'garbage body':
        response
          .writeHead(200, { 'content-type': 'application/x-protobuf' })
          .end(Buffer.from('ff00ff0a80ffffff', 'hex'));
        return;
      case '256 MB body':
        response.writeHead(200);
        await pour(response, 256);
        return;
      case 'gzip bomb':
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
        return;
      case 'partial success':
        // partial_success { rejected_data_points: 1, error_message: "old" }
        response.writeHead(200).end(Buffer.from('0a07080112036f6c64', 'hex'));
        return;
      case 'acknowledgement lost':
        request.socket.resetAndDestroy();
        return;
      case 'slow drip':
        drip(request, 'HTTP/1.1 200 OK\r\nx-slow: ');
        return;
      case 'slow body':
        drip(request, '', 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        return;
      default:
        response.writeHead(200).end();
    }
  }

  /** Sends single bytes forever. */
  function drip(request: IncomingMessage, start: string, atOnce = ''): void {
    let sent = 0;
    request.socket.write(atOnce);
    const timer = setInterval(() => request.socket.write(start[sent++] ?? 'x'), 5);
    drips.add(timer);
    request.socket.once('close', () => clearInterval(timer));
  }

  const server =
    identities === undefined
      ? createServer({ keepAliveTimeout: 60_000 }, take)
      : createSecureServer({ ...pem(identities.right), keepAliveTimeout: 60_000 }, take);
  // Clients may break their connections.
  server.on('connection', (socket) => socket.on('error', () => undefined));
  server.on('clientError', (_, socket) => socket.destroy());
  server.on('tlsClientError', () => undefined);
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const host = `collector-${port}.invalid`;
  knownHosts.add(host);

  return {
    port,
    url: `${identities === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1/metrics`,
    /** The same endpoint under a name that `fakeResolver` knows. */
    namedUrl: `http://${host}:${port}/v1/metrics`,
    requests,
    /** Requested paths. */
    reached,
    mostInFlight: () => mostInFlight,
    fault: () => fault,
    /** Switches to a fault, on open and new connections alike. */
    async become(next: Fault | undefined): Promise<void> {
      const before = fault;
      fault = next;
      if (next === 'refused') await stop();
      else if (before === 'refused') await listen(port);
      if (identities !== undefined && (next === 'wrong CA' || before === 'wrong CA')) {
        (server as SecureServer).setSecureContext(pem(next === 'wrong CA' ? identities.wrong : identities.right));
        server.closeAllConnections();
      }
      if (next === 'unknown name') {
        knownHosts.delete(host);
        server.closeAllConnections();
      } else knownHosts.add(host);
    },
    async close(): Promise<void> {
      for (const timer of drips) clearInterval(timer);
      knownHosts.delete(host);
      if (server.listening) await stop();
    },
  };
}

/** A fake endpoint that misbehaves on demand. */
export type FaultPeer = Awaited<ReturnType<typeof startFaultPeer>>;

/** A fake resolver: resolves hosts of healthy endpoints to 127.0.0.1, and all other names with the real resolver. */
export const fakeResolver = ((host: string, options: unknown, done: (...result: unknown[]) => void): void => {
  if (!knownHosts.has(host)) {
    (lookUpName as (...given: unknown[]) => void)(host, options, done);
    return;
  }
  const all = (options as { all?: boolean }).all === true;
  setImmediate(() => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
}) as unknown as typeof lookUpName;

/** Returns an HTTP date, rounded up to a whole second. */
function inSeconds(seconds: number): string {
  return new Date(Math.ceil(Date.now() / 1_000 + seconds) * 1_000).toUTCString();
}

function pem({ certificate, key }: Identity) {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

async function pour(response: ServerResponse, pages: number): Promise<void> {
  for (let poured = 0; poured < pages && !response.destroyed; poured++) {
    if (response.write(page)) continue;
    await new Promise<void>((resolve) => {
      response.once('drain', resolve).once('close', resolve);
    });
  }
  response.end();
}
