/** Stands for a provider of language models: answers with a stream of tokens, as server-sent events. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** How a provider behaves. */
export interface Behaviour {
  /** Milliseconds until the first token, and between two. */
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  /** Which requests it refuses, and with which status: every third one with 429, say. */
  readonly refuses: (request: number) => number | undefined;
}

/** A provider that runs. */
export interface Upstream {
  readonly name: string;
  readonly url: string;
  close(): void;
}

/** Starts a provider on a free port of this machine. */
export async function startUpstream(name: string, { firstTokenMs, tokenMs, refuses }: Behaviour): Promise<Upstream> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const status = refuses(++requests);
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
    // It answers a question with the question, backwards: what matters here is how the answer comes.
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
