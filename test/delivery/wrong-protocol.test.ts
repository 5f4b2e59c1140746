/** Exports to an endpoint whose scheme or port is wrong: the reason names what is probably meant. */
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { ServerCredentials } from '@grpc/grpc-js';
import { counter, defineCatalogue, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { pushgateway } from 'otelier/backends/pushgateway';
import { afterAll, expect, test } from 'vitest';
import { http2Remedy, withoutHttp2 } from '../../src/backends/otlp/protocol.js';
import { reasonOf } from '../../src/delivery/reason.js';
import { withoutTls } from '../../src/delivery/wrong-protocol.js';
import { makeCertificate, makeFolder } from '../backends/prometheus/security/certificates.js';
import { startGrpcPeer } from '../support/grpc-peer.js';

const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

const folder = makeFolder();
const authority = makeCertificate(folder, 'authority');
const files = makeCertificate(folder, 'server', ['IP:127.0.0.1'], authority);
const tls = { key: readFileSync(files.key), cert: readFileSync(files.certificate) };

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Returns a server of plain TCP that answers its first bytes. */
function answering(answer: (socket: Socket) => void): Server {
  return createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
}

async function grpcPort(credentials: ServerCredentials): Promise<number> {
  const peer = await startGrpcPeer({ credentials });
  closing.push(peer.close);
  return peer.port;
}

const badRequest = (text: string) => (socket: Socket) => socket.end(`HTTP/1.1 400 Bad Request\r\n\r\n${text}`);

/** Servers by name, each with its port. */
const servers = {
  http: () => portOf(createHttpServer((_, response) => response.end())),
  https: () => portOf(createHttpsServer(tls, (_, response) => response.end())),
  grpc: () => grpcPort(ServerCredentials.createInsecure()),
  grpcs: () => grpcPort(ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.cert }])),
  closing: () => portOf(answering((socket) => socket.destroy())),
  alert: () => portOf(answering((socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46])))),
  go: () => portOf(answering(badRequest('Client sent an HTTP request to an HTTPS server.'))),
  nginx: () => portOf(answering(badRequest('The plain HTTP request was sent to HTTPS port'))),
  apache: () => portOf(answering(badRequest("You're speaking plain HTTP to an SSL-enabled server port."))),
  plain: () => portOf(answering(badRequest('no'))),
  ssh: () => portOf(createTcpServer((socket) => socket.on('error', () => undefined).write('SSH-2.0-x\r\n'))),
} satisfies Record<string, () => Promise<number>>;

type ServerName = keyof typeof servers;

const tcp = (port: number) => ({ http: `http://127.0.0.1:${port}`, https: `https://127.0.0.1:${port}` });
const noHttp1 = 'the server does not speak HTTP/1.1; use the port of HTTP, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc';
const noGrpc = 'the server does not speak gRPC; use the port of gRPC, or OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf';

test.each<['http/protobuf' | 'grpc', 'http' | 'https', ServerName, (port: number) => string]>([
  ['http/protobuf', 'https', 'http', (port) => `the server does not use TLS; perhaps ${tcp(port).http}`],
  ['http/protobuf', 'https', 'grpc', (port) => `the server does not use TLS; perhaps ${tcp(port).http}`],
  ['http/protobuf', 'https', 'plain', (port) => `the server does not use TLS; perhaps ${tcp(port).http}`],
  ['http/protobuf', 'http', 'https', (port) => `socket hang up; perhaps ${tcp(port).https}`],
  ['http/protobuf', 'http', 'grpcs', (port) => `socket hang up; perhaps ${tcp(port).https}`],
  ['http/protobuf', 'http', 'closing', (port) => `socket hang up; perhaps ${tcp(port).https}`],
  [
    'http/protobuf',
    'http',
    'alert',
    (port) => `Parse Error: Expected HTTP/, RTSP/ or ICE/; perhaps ${tcp(port).https}`,
  ],
  [
    'http/protobuf',
    'http',
    'go',
    (port) => `HTTP 400: Client sent an HTTP request to an HTTPS server.; perhaps ${tcp(port).https}`,
  ],
  [
    'http/protobuf',
    'http',
    'nginx',
    (port) => `HTTP 400: The plain HTTP request was sent to HTTPS port; perhaps ${tcp(port).https}`,
  ],
  [
    'http/protobuf',
    'http',
    'apache',
    (port) => `HTTP 400: You're speaking plain HTTP to an SSL-enabled server port.; perhaps ${tcp(port).https}`,
  ],
  ['http/protobuf', 'http', 'plain', () => 'HTTP 400: no'],
  ['http/protobuf', 'http', 'ssh', () => 'Parse Error: Expected HTTP/, RTSP/ or ICE/'],
  ['http/protobuf', 'http', 'grpc', () => noHttp1],
  ['grpc', 'https', 'grpc', (port) => `the server does not use TLS; perhaps ${tcp(port).http}`],
  ['grpc', 'https', 'http', (port) => `the server does not use TLS; perhaps ${tcp(port).http}`],
  ['grpc', 'http', 'grpcs', (port) => `Failed to connect; perhaps ${tcp(port).https}`],
  ['grpc', 'http', 'https', (port) => `Failed to connect; perhaps ${tcp(port).https}`],
  ['grpc', 'http', 'http', () => noGrpc],
  ['grpc', 'https', 'https', () => noGrpc],
])('%s over %s to %s', async (protocol, scheme, server, reason) => {
  const port = await servers[server]();
  const endpoint = `${scheme}://127.0.0.1:${port}${protocol === 'grpc' ? '' : '/v1/metrics'}`;
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '1', description: 'Orders.' }) });
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    catalogues: { shop },
    backends: [otlp({ endpoint, protocol, certificate: authority.certificate })],
  });
  metrics.shop.orders.add(1);
  const { backends } = await metrics.forceFlush();
  expect(backends).toEqual([{ backend: 'otlp', ok: false, reason: reason(port) }]);
  await metrics.shutdown();
});

test('other backends than OTLP name the scheme, too', async () => {
  const port = await servers.http();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    serviceName: 'job',
    withoutSelfMetrics: false,
    catalogues: { shop: defineCatalogue({ held: counter({ name: 'held', unit: '1', description: 'Held.' }) }) },
    backends: [pushgateway({ url: `https://127.0.0.1:${port}` })],
  });
  metrics.shop.held.add(1);
  const { backends } = await metrics.forceFlush();
  expect(backends[0]?.reason).toBe(`the server does not use TLS; perhaps ${tcp(port).http}`);
  await metrics.shutdown();
});

test('an endpoint that has answered before has the right scheme', async () => {
  let isUp = true;
  const server = createHttpServer((request, response) => {
    if (isUp) response.end();
    else request.socket.destroy();
  });
  const port = await portOf(server);
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '1', description: 'Orders.' }) });
  const backends = [otlp({ endpoint: `http://127.0.0.1:${port}/v1/metrics` })];
  const metrics = startMetrics({ isolated: true, environment: {}, catalogues: { shop }, backends });
  metrics.shop.orders.add(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  isUp = false;
  metrics.shop.orders.add(1);
  expect((await metrics.forceFlush()).backends[0]?.reason).toBe('socket hang up');
  await metrics.shutdown();
});

// The words of OpenSSL differ between the versions of Node.
test.each([
  [
    'wrong version number',
    'write EPROTO 80DC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/x.c:350:\n',
  ],
  [
    'packet length too long',
    'C0B7:error:0A0000C6:SSL routines:tls_get_more_records:packet length too long:../deps/y.c:659:\n',
  ],
])('the server does not use TLS: %s', (words, message) => {
  const reason = reasonOf(new Error(message));
  expect(reason).toBe(`TLS: ${words}`);
  expect(withoutTls(new URL('https://c:4318/v1/metrics'), reason)).toBe(
    'the server does not use TLS; perhaps http://c:4318',
  );
  expect(withoutTls(new URL('http://c:4318'), reason)).toBeUndefined();
});

test('other errors of TLS are not mistaken for a wrong scheme', () => {
  const message =
    'write EPROTO 80DC:error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../deps/z.c:1:\n';
  expect(reasonOf(new Error(message))).toBe('TLS: tlsv1 alert protocol version');
  expect(withoutTls(new URL('https://c:4318'), reasonOf(new Error(message)))).toBeUndefined();
});

test('the ports of an OpenTelemetry Collector are named', () => {
  expect(http2Remedy(new URL('http://collector:4317'))).toBe(
    '4317 is for gRPC: use 4318, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc',
  );
  expect(withoutHttp2(new URL('http://collector:4318'), 'Protocol error')).toBe(
    'the server does not speak gRPC; 4318 is for HTTP: use 4317, or OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  );
});
