/** HTTP adapters: serve the endpoint through Node's request and response objects, or as a fetch handler. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { EndpointHandler } from './endpoint.js';
import type { ResponseWriter } from './response-writer.js';
import { verifiedSubject } from './security/client-certificates.js';

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
  const { status, headers, body, release } = await handler({
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress,
    clientCertificateSubject: 'authorized' in request.socket ? verifiedSubject(request.socket as TLSSocket) : undefined,
  });
  if (response.destroyed || response.headersSent) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(status);
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
  const { status, headers, body } = await handler({
    method: request.method,
    url: pathname + search,
    // Some servers pass the host in the URL only.
    headers: { host, ...Object.fromEntries(request.headers) },
  });
  const responseHeaders = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) responseHeaders.append(name, value);
  }
  return new Response(body.length === 0 ? null : writer.stream(body), { status, headers: responseHeaders });
}
