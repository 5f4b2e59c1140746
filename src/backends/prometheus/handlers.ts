/** The endpoint in an application of the user's: as a Node listener and as a fetch handler. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { EndpointRequest, EndpointResponse } from './endpoint.js';
import { verifiedSubject } from './security/client-certificates.js';
import type { AnswerSender } from './sending.js';

/** Answers a request. */
export type Answer = (request: EndpointRequest) => Promise<EndpointResponse>;

/** Answers on Node's own objects, as in express, fastify and koa. Resolves when all was handed over or the client left. */
export async function answerNode(
  answer: Answer,
  sender: AnswerSender,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, headers, body, release } = await answer({
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress,
    clientCertificateSubject: 'authorized' in request.socket ? verifiedSubject(request.socket as TLSSocket) : undefined,
  });
  if (response.destroyed || response.headersSent) return;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.writeHead(status);
  // A connection that was cut may still have some of it in hand.
  if (await sender.send(response, body)) release?.();
}

/** Answers a `Request` with a `Response`, as in hono and wherever else fetch's objects are used. */
export async function answerFetch(answer: Answer, sender: AnswerSender, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const { status, headers: answered, body } = await answer({ method: request.method, url: pathname + search, headers });
  const sent = new Headers();
  for (const [name, value] of Object.entries(answered)) for (const each of [value].flat()) sent.append(name, each);
  return new Response(body.length === 0 ? null : sender.stream(body), { status, headers: sent });
}
