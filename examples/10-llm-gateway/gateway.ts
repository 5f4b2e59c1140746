/** The gateway: a cache, a preferred provider, and fallback providers. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayRecorder } from 'otelier/packs/gateway';
import { complete, type Question } from './completion.ts';
import type { Upstream } from './upstream.ts';

/** US dollars per token, the same for input and output. */
const price = 0.000_002;

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  close(): void;
}

/** Starts the gateway on a free local port. It tries `upstreams` in the given order. */
export async function startGateway(recorder: GatewayRecorder, upstreams: readonly Upstream[]): Promise<Gateway> {
  const cache = new Map<string, string>();
  const server = createServer((request, response) => {
    answer(recorder, upstreams, cache, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
      console.error(String(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  recorder: GatewayRecorder,
  upstreams: readonly Upstream[],
  cache: Map<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startMs = performance.now();
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { application, user, session, ...question } = JSON.parse(Buffer.concat(parts).toString()) as Question & {
    application: string;
    user: string;
    session: string;
  };
  const origin = { application, user, session, model: question.model };
  const key = JSON.stringify(question);

  const cached = cache.get(key);
  const [first] = upstreams as [Upstream];
  recorder.provider(first.name).cacheLookup(cached !== undefined);
  if (cached !== undefined) {
    response.writeHead(200, { 'x-provider': 'cache' }).end(cached);
    const latencyMs = performance.now() - startMs;
    recorder.audit({
      ...origin,
      provider: first.name,
      latencyMs,
      proxyMs: latencyMs,
      cacheHit: true,
      streaming: false,
    });
    return;
  }

  for (const [attempt, upstream] of upstreams.entries()) {
    const provider = recorder.provider(upstream.name);
    const write = (token: string) => {
      if (!response.headersSent) response.writeHead(200, { 'x-provider': upstream.name });
      response.write(token);
    };
    const attemptMs = performance.now();
    const { timing, text, inputTokens, outputTokens, errorCode } = await complete(upstream, provider, question, write);
    const answered = errorCode === undefined;
    if (attempt > 0) recorder.provider(first.name).fallback(upstream.name, answered);
    recorder.audit({
      ...origin,
      ...timing,
      provider: upstream.name,
      proxyMs: performance.now() - attemptMs - timing.latencyMs + (attempt === 0 ? attemptMs - startMs : 0),
      inputTokens,
      outputTokens,
      costUsd: (inputTokens + outputTokens) * price,
      cacheHit: false,
      streaming: true,
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    if (answered) cache.set(key, text);
    // No fallback after the first token: a part of the answer has already been sent.
    if (answered || response.headersSent) {
      response.end();
      return;
    }
  }
  response.writeHead(502).end();
}
