/** HTTP adapters: serve the endpoint through Node's request and response objects, or as a fetch handler. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Endpoint, EndpointHandler, EndpointRequest, EndpointResponse, UpgradingConnection } from './endpoint.js';
import type { ResponseWriter } from './response-writer.js';
import { verifiedSubject } from './security/client-certificates.js';
import { fetchStream, streamTo } from './stream-sinks.js';

/**
 * Serves a request through Node's objects, as in express, fastify and koa. Resolves when the whole response was handed
 * over or the client disconnected.
 */
export async function handleNode(
  handler: EndpointHandler,
  writer: ResponseWriter,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  await send(await handler(requestOf(request)), writer, response);
}

/**
 * Hands a connection over to the stream of live metrics, or sends the response to its request and closes it.
 *
 * A client may ask for a protocol that the endpoint does not have, as HTTP/2 clients do, and then gets what it requested.
 */
export async function handleUpgrade(
  upgrade: Endpoint['upgrade'],
  writer: ResponseWriter,
  { message, socket, head }: UpgradingConnection,
): Promise<void> {
  socket.on('error', () => socket.destroy());
  const answer = await upgrade(requestOf(message), { message, socket, head });
  if (answer === undefined || socket.destroyed) return;
  const response = new (process.getBuiltinModule('node:http').ServerResponse)(message);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  // Node's server does so for sockets that it has not handed over.
  socket.on('drain', () => response.emit('drain'));
  response.once('finish', () => (socket as Socket).destroySoon());
  socket.once('close', () => response.destroy());
  await send(answer, writer, response);
}

function requestOf(request: IncomingMessage): EndpointRequest {
  const { method = '', url = '', headers, socket } = request;
  const subject = 'authorized' in socket ? verifiedSubject(socket as TLSSocket) : undefined;
  return { method, url, headers, remoteAddress: socket.remoteAddress, clientCertificateSubject: subject };
}

async function send(
  { status, headers, body, stream, release }: EndpointResponse,
  writer: ResponseWriter,
  response: ServerResponse,
): Promise<void> {
  if (response.destroyed || response.headersSent) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(status);
  if (stream !== undefined) {
    await streamTo(response, stream);
    return;
  }
  // An aborted connection may still reference parts of the body, so its memory is not reused.
  if (await writer.write(response, body)) release?.();
}

/** Serves a `Request` with a `Response`, as in hono and other fetch-based frameworks. */
export async function handleFetch(
  handler: EndpointHandler,
  writer: ResponseWriter,
  request: Request,
): Promise<Response> {
  const { pathname, search, host } = new URL(request.url);
  const { status, headers, body, stream } = await handler({
    method: request.method,
    url: pathname + search,
    // Some servers pass the host in the URL only.
    headers: { host, ...Object.fromEntries(request.headers) },
  });
  const responseHeaders = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) responseHeaders.append(name, value);
  }
  if (stream !== undefined) return new Response(fetchStream(stream), { status, headers: responseHeaders });
  return new Response(body.length === 0 ? null : writer.stream(body), { status, headers: responseHeaders });
}
