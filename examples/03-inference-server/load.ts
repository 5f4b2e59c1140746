/** Sends a steady load of HTTP requests, a few of them invalid, and checks each response. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Passage, readCorpus } from './corpus.ts';
import { queriesFrom } from './queries.ts';

const clients = 4;
const requestsPerSecond = 40;
/** Every 50th request is invalid. */
const invalidEvery = 50;
/** Every third request sends its own documents. */
const ownDocumentsEvery = 3;
const maximumOwnDocuments = 60;

const invalidBodies = [
  '{"query": ',
  '{"top": 3}',
  '{"query": "ports", "documents": "all"}',
  '{"query": "ports", "top": 0}',
];

/** The results of a load. */
export interface Load {
  readonly seconds: number;
  /** Requests with an unexpected status: invalid requests that were not refused, and others that were. */
  readonly unexpected: number;
}

/** Sends requests until the signal aborts, then waits for requests in flight. */
export async function sendLoad(url: string, stop: AbortSignal): Promise<Load> {
  const passages = readCorpus();
  const queries = queriesFrom(passages);
  let sent = 0;
  let unexpected = 0;

  const send = async () => {
    sent += 1;
    const invalid = sent % invalidEvery === 10;
    const body = invalid ? pick(invalidBodies) : validBody(sent, queries, passages);
    const status = await post(url, body);
    if (status !== (invalid ? 400 : 200)) unexpected += 1;
  };

  const startedAt = performance.now();
  const intervalMs = (1_000 * clients) / requestsPerSecond;
  const client = async (_: unknown, number: number) => {
    for (let turn = number / clients; !stop.aborted; turn++) {
      // Follows the schedule instead of the last answer, so that a slow request does not lower the rate.
      const waitMs = startedAt + turn * intervalMs - performance.now();
      if (waitMs > 0) await wait(waitMs, undefined, { signal: stop }).catch(() => undefined);
      if (!stop.aborted) await send();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, unexpected };
}

function validBody(number: number, queries: readonly string[], passages: readonly Passage[]): string {
  const query = pick(queries);
  if (number % ownDocumentsEvery !== 0) return JSON.stringify({ query, top: 3 });
  const count = 1 + Math.floor(Math.random() * maximumOwnDocuments);
  return JSON.stringify({ query, documents: Array.from({ length: count }, () => pick(passages).text) });
}

/** Returns the status of the response; 0 without a response. */
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
