/** The HTTP server: reads a request, ranks the documents, writes the response, and records the whole request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ActiveRequest } from 'otelier/packs/inference';
import { indexPassages } from './candidates.ts';
import { now, since } from './clock.ts';
import { type Passage, readCorpus } from './corpus.ts';
import { metrics } from './metrics.ts';
import type { Pipeline } from './pipeline.ts';
import { parseRerankRequest, Refusal } from './rerank-request.ts';

const candidatesPerQuery = 24;
const maximumBodyBytes = 256 * 1024;
const slowClientMs = 10_000;

const help = `A re-ranking service. It ranks your documents, or passages of its own source code, against a query:

  curl -d '{"query": "flush before the process ends", "top": 3}' http://localhost:PORT/rerank
  curl -d '{"query": "fruit", "documents": ["a bowl of fruit", "a box of nails"]}' http://localhost:PORT/rerank
`;

/** Creates the server; it does not listen yet. */
export function createRerankServer(pipeline: Pipeline): Server {
  const choose = indexPassages(readCorpus());
  const server = createServer((incoming, response) => {
    const path = incoming.url?.split('?', 1)[0];
    if (path === '/rerank' && incoming.method === 'POST') void rerank(incoming, response);
    else if (path === '/rerank') reply(response, 405, JSON.stringify({ error: 'POST only' }), { allow: 'POST' });
    else if (path === '/') reply(response, 200, help.replaceAll('PORT', String(incoming.socket.localPort)));
    else reply(response, 404, JSON.stringify({ error: 'unknown path; use / or /rerank' }));
  });
  server.requestTimeout = slowClientMs;
  return server;

  async function rerank(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = metrics.inference.begin();
    try {
      const body = await readBody(incoming);
      const { query, top, ...given } = timed(request, 'deserialize', () => parseRerankRequest(body));
      const candidates: readonly (string | Passage)[] = given.documents ?? choose(query, candidatesPerQuery);
      const scores = await pipeline.score(request, query, candidates.map(textOf));
      const results = candidates
        .map((candidate, index) => ({ ...describe(candidate, index), score: scores[index] ?? 0 }))
        .sort((a, b) => b.score - a.score)
        .slice(0, top)
        .map((result) => ({ ...result, score: Number(result.score.toFixed(4)) }));
      reply(
        response,
        200,
        timed(request, 'serialize', () => JSON.stringify({ results })),
      );
      request.end({ documents: candidates.length });
    } catch (error) {
      const { status, type, message } = asRefusal(error, incoming);
      reply(response, status, JSON.stringify({ error: message }));
      request.end({ errorType: type });
    }
  }
}

function timed<T>(request: ActiveRequest, stage: 'deserialize' | 'serialize', work: () => T): T {
  const startedAt = now();
  try {
    return work();
  } finally {
    request.stage(stage, since(startedAt));
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A destroyed connection could not carry the error response.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > maximumBodyBytes) {
      throw new Refusal(413, 'body_too_large', `a body may have at most ${maximumBodyBytes} bytes`);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const textOf = (candidate: string | Passage) => (typeof candidate === 'string' ? candidate : candidate.text);

/** Identifies a given document by its index in the request, a passage by its source. */
const describe = (candidate: string | Passage, index: number) =>
  typeof candidate === 'string' ? { index, text: candidate } : candidate;

function asRefusal(error: unknown, incoming: IncomingMessage): Refusal {
  if (error instanceof Refusal) return error;
  if (!incoming.complete) return new Refusal(400, 'aborted', 'the request ended before its body');
  console.error(error);
  return new Refusal(500, 'internal_error', 'the documents could not be scored');
}

function reply(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  const type = body.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
