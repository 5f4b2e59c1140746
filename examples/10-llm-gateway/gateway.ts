/** The gateway: a cache, a provider that is tried first, and one to fall back to. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GatewayRecorder } from 'otelier/packs/gateway';
import { complete, type Question } from './completion.ts';
import type { Upstream } from './upstream.ts';

/** US dollars per token, input and output alike. */
const price = 0.000_002;

/** A gateway that runs. */
export interface Gateway {
  readonly url: string;
  close(): void;
}

/** Starts the gateway on a free port of this machine. `upstreams` are tried in their order. */
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
  const beganMs = performance.now();
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { application, user, session, ...question } = JSON.parse(Buffer.concat(parts).toString()) as Question & {
    application: string;
    user: string;
    session: string;
  };
  const who = { application, user, session, model: question.model };
  const key = JSON.stringify(question);

  const cached = cache.get(key);
  const [first] = upstreams as [Upstream];
  recorder.provider(first.name).cacheLookup(cached !== undefined);
  if (cached !== undefined) {
    response.writeHead(200, { 'x-provider': 'cache' }).end(cached);
    const latencyMs = performance.now() - beganMs;
    recorder.audit({ ...who, provider: first.name, latencyMs, proxyMs: latencyMs, cacheHit: true, streaming: false });
    return;
  }

  for (const [attempt, upstream] of upstreams.entries()) {
    const provider = recorder.provider(upstream.name);
    const write = (token: string) => {
      if (!response.headersSent) response.writeHead(200, { 'x-provider': upstream.name });
      response.write(token);
    };
    const askedMs = performance.now();
    const { timing, text, inputTokens, outputTokens, errorCode } = await complete(upstream, provider, question, write);
    const answered = errorCode === undefined;
    if (attempt > 0) recorder.provider(first.name).fallback(upstream.name, answered);
    recorder.audit({
      ...who,
      ...timing,
      provider: upstream.name,
      proxyMs: performance.now() - askedMs - timing.latencyMs + (attempt === 0 ? askedMs - beganMs : 0),
      inputTokens,
      outputTokens,
      costUsd: (inputTokens + outputTokens) * price,
      cacheHit: false,
      streaming: true,
      ...(errorCode === undefined ? {} : { errorCode }),
    });
    if (answered) cache.set(key, text);
    // An answer that has begun cannot be begun again by another provider.
    if (answered || response.headersSent) {
      response.end();
      return;
    }
  }
  response.writeHead(502).end();
}
