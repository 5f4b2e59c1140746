/**
 * A gRPC server in front of HTTP peers, for suites whose peer speaks HTTP: forwards each call as a POST to the URL in its
 * metadata, and translates the response. If the peer closes the connection or does not listen, the connection is broken.
 *
 * Its handles do not keep the process alive.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { detailsTrailer, retryInfo } from './retry-info.js';

/** Metadata with the URL of the peer. */
export const peerHeader = 'x-peer';

/** gRPC status codes for HTTP status codes (OTLP specification: the same meaning to a client). */
const codes: Readonly<Record<number, number>> = { 400: 3, 401: 16, 429: 8, 502: 14, 503: 14, 504: 14 };

/** Starts the relay on a free port of 127.0.0.1. */
export async function startGrpcRelay() {
  const server = createServer();
  server.unref();
  server.on('connection', (socket: Socket) => socket.unref());
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => void relay(stream, headers).catch(() => stream.session?.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function relay(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  stream.on('error', () => undefined);
  const frame = await readAll(stream);
  const compressed = frame.readUInt8(0) === 1;
  const body = frame.subarray(5, 5 + frame.readUInt32BE(1));
  const { response, content } = await forward(stream, headers, body, compressed);
  const status = response.statusCode ?? 0;
  const grpcHeaders = { ':status': 200, 'content-type': 'application/grpc+proto' };
  if (status < 300) {
    stream.respond(grpcHeaders, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frameOf(content));
    return;
  }
  // 429 may always be retried, RESOURCE_EXHAUSTED only with a RetryInfo.
  const waitMs = Number(response.headers['retry-after'] ?? 0) * 1_000;
  const details = status === 429 ? { [detailsTrailer]: retryInfo(waitMs).toString('base64') } : {};
  const message = encodeURIComponent(content.toString());
  const end = { 'grpc-status': String(codes[status] ?? 2), 'grpc-message': message, ...details };
  stream.respond({ ...grpcHeaders, ...end }, { endStream: true });
}

async function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, body: Buffer, compressed: boolean) {
  const own = Object.entries(headers).filter(([name]) => !/^(?::|te$|grpc-|content-)/.test(name));
  const request: ClientRequest = httpRequest(String(headers[peerHeader]), {
    method: 'POST',
    agent: false,
    headers: {
      ...Object.fromEntries(own),
      'content-type': 'application/x-protobuf',
      ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    },
  });
  request.on('socket', (socket) => socket.unref());
  stream.once('close', () => request.destroy());
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject).end(body);
  });
  return { response, content: await readAll(response) };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Returns a message with its prefix: not compressed, and its length. */
function frameOf(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
