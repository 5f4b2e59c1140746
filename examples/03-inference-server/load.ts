/** Clients: a steady stream of real requests over HTTP, a few of them wrong, and how long each took. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Passage, readCorpus } from './corpus.ts';
import { queriesFrom } from './queries.ts';

const clients = 4;
const requestsPerSecond = 40;
/** One request in so many is wrong, and one in so many brings its own documents. */
const wrongEvery = 50;
const ownDocumentsEvery = 3;
const mostOwnDocuments = 60;

const wrongBodies = [
  '{"query": ',
  '{"top": 3}',
  '{"query": "ports", "documents": "all"}',
  '{"query": "ports", "top": 0}',
];

/** What the clients saw. */
export interface Load {
  readonly seconds: number;
  readonly requests: number;
  /** Wrong requests that were refused, as they should be. */
  readonly refused: number;
  /** Answers that should have been others. */
  readonly unexpected: number;
  /** Milliseconds of each request. */
  readonly latencies: readonly number[];
}

/** Sends requests until the signal aborts; those under way are waited for. */
export async function sendLoad(url: string, stop: AbortSignal): Promise<Load> {
  const passages = readCorpus();
  const queries = queriesFrom(passages);
  const latencies: number[] = [];
  let sent = 0;
  let refused = 0;
  let unexpected = 0;

  const send = async () => {
    sent += 1;
    const wrong = sent % wrongEvery === 10;
    const body = wrong ? pick(wrongBodies) : rightBody(sent, queries, passages);
    const startedAt = performance.now();
    const status = await post(url, body);
    latencies.push(performance.now() - startedAt);
    if (wrong && status === 400) refused += 1;
    else if (wrong || status !== 200) unexpected += 1;
  };

  const startedAt = performance.now();
  const everyMs = (1_000 * clients) / requestsPerSecond;
  const client = async (_: unknown, number: number) => {
    for (let turn = number / clients; !stop.aborted; turn++) {
      // By the plan and not by the last answer, so that one slow request does not lower the rate.
      const waitMs = startedAt + turn * everyMs - performance.now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
      if (!stop.aborted) await send();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, requests: latencies.length, refused, unexpected, latencies };
}

function rightBody(number: number, queries: readonly string[], passages: readonly Passage[]): string {
  const query = pick(queries);
  if (number % ownDocumentsEvery !== 0) return JSON.stringify({ query, top: 3 });
  const count = 1 + Math.floor(Math.random() * mostOwnDocuments);
  return JSON.stringify({ query, documents: Array.from({ length: count }, () => pick(passages).text) });
}

/** The status of the answer; 0 when there was none. */
async function post(url: string, body: string): Promise<number> {
  try {
    const response = await fetch(`${url}/rerank`, { method: 'POST', body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}
