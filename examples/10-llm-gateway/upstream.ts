/** Simulated provider of language models. It answers with a stream of tokens, as server-sent events. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Behavior of a provider. */
export interface Behavior {
  /** Milliseconds until the first token. */
  readonly firstTokenMs: number;
  /** Milliseconds between two tokens. */
  readonly tokenMs: number;
  /** Returns the error status of a request, by its number from 1; `undefined` if the request succeeds. */
  readonly rejects: (request: number) => number | undefined;
}

/** A running provider. */
export interface Upstream {
  readonly name: string;
  readonly url: string;
  close(): void;
}

/** Starts a provider on a free local port. */
export async function startUpstream(name: string, { firstTokenMs, tokenMs, rejects }: Behavior): Promise<Upstream> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const status = rejects(++requests);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (status !== undefined) {
      response.writeHead(status).end();
      return;
    }
    const { prompt } = JSON.parse(Buffer.concat(parts).toString()) as { prompt: string };
    const words = prompt.split(/\s+/);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await wait(firstTokenMs);
    // The answer is the question backwards: only the timing of the stream matters here.
    for (const word of words.toReversed()) {
      response.write(`data: ${JSON.stringify({ token: `${word} ` })}\n\n`);
      await wait(tokenMs);
    }
    const usage = { inputTokens: words.length, outputTokens: words.length };
    response.end(`data: ${JSON.stringify({ usage })}\n\ndata: [DONE]\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/stream`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
