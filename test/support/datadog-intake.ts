/**
 * A fake of Datadog's intake of series (API v2, "Submit metrics"). It enforces the documented limits, and rejects
 * undocumented names, tags and timestamps, which Datadog silently corrects or drops.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, inflateSync } from 'node:zlib';

/** One element of `series` in a request. */
export interface IntakeSeries {
  readonly metric: string;
  readonly type: 0 | 1 | 2 | 3;
  readonly points: readonly { readonly timestamp: number; readonly value: number }[];
  readonly interval?: number;
  readonly unit?: string;
  readonly resources?: readonly { readonly type: string; readonly name: string }[];
  readonly tags?: readonly string[];
}

/** An answer chosen by a test. `lost` accepts the request and then breaks the connection. */
export type IntakeAnswer =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | 'lost';

/** One received request, with the status of its answer. */
export interface IntakeRequest {
  readonly headers: IncomingHttpHeaders;
  /** Bytes on the wire. */
  readonly bytes: number;
  /** Decompressed body. */
  readonly text: string;
  readonly status: number;
}

const maxBytes = 512_000;
const maxDecompressedBytes = 5_242_880;

/** The points that Datadog keeps: one per series and second, the last that arrived. */
export class DatadogStore {
  readonly series: IntakeSeries[] = [];
  readonly #points = new Map<string, Map<number, number>>();

  /** Stores the series of a request. @throws {Error} that describes the first invalid series. */
  accept(text: string, nowUnixMs: number): void {
    const { series } = JSON.parse(text) as { series?: IntakeSeries[] };
    if (!Array.isArray(series)) throw new Error('series is required');
    for (const each of series) check(each, nowUnixMs / 1_000);
    for (const each of series) this.#store(each);
  }

  /** Returns the sum of all points of a metric whose series have all given tags. */
  total(metric: string, ...tags: string[]): number {
    let sum = 0;
    for (const [key, points] of this.#points) {
      const [name, ...own] = key.split('\n');
      if (name !== metric || !tags.every((tag) => own.includes(tag))) continue;
      for (const value of points.values()) sum += value;
    }
    return sum;
  }

  /** Returns the received series of a metric, in order of arrival. */
  of(metric: string): IntakeSeries[] {
    return this.series.filter((each) => each.metric === metric);
  }

  #store(series: IntakeSeries): void {
    this.series.push(series);
    const { metric, tags = [], resources = [], points } = series;
    const key = [metric, ...new Set([...tags, ...resources.map(({ type, name }) => `${type}:${name}`)].sort())].join(
      '\n',
    );
    const kept = this.#points.get(key) ?? new Map<number, number>();
    this.#points.set(key, kept);
    for (const { timestamp, value } of points) kept.set(timestamp, value);
  }
}

function check({ metric, type, points, interval, unit, resources = [], tags = [] }: IntakeSeries, now: number): void {
  const wrong = (what: string) => new Error(`${JSON.stringify(metric)}: ${what}`);
  if (typeof metric !== 'string' || !/^[a-zA-Z][a-zA-Z0-9_.]{0,199}$/.test(metric)) throw wrong('is not a valid name');
  if (![0, 1, 2, 3].includes(type)) throw wrong(`type ${type}`);
  if (!Array.isArray(points) || points.length === 0) throw wrong('points are required');
  for (const { timestamp, value } of points) {
    if (!Number.isInteger(timestamp)) throw wrong(`timestamp ${timestamp}`);
    if (timestamp > now + 600 || timestamp < now - 3_600) throw wrong(`timestamp ${timestamp} is not current: ${now}`);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(`value ${value}`);
  }
  const paced = type === 1 || type === 2;
  if (paced !== (Number.isInteger(interval) && (interval as number) > 0)) throw wrong(`interval ${interval}`);
  if (unit !== undefined && !/^[a-z_ ]+$/.test(unit)) throw wrong(`unit ${unit}`);
  for (const resource of resources) {
    if (typeof resource.type !== 'string' || typeof resource.name !== 'string')
      throw wrong('a resource lacks a type or name');
  }
  for (const tag of tags) if (!isTag(tag)) throw wrong(`tag ${JSON.stringify(tag)}`);
}

/** Reports whether a tag is valid: Datadog's documentation, "Getting Started with Tags", "Define tags". */
export function isTag(tag: string): boolean {
  return (
    /^\p{L}[\p{L}\p{Nd}_\-:./]*$/u.test(tag) && tag === tag.toLowerCase() && tag.length <= 200 && !tag.endsWith(':')
  );
}

/** Starts the fake on a free port of 127.0.0.1. `answer` may replace the answer of a request. */
export async function startDatadogIntake({
  key = 'the-key',
  now = Date.now,
  answer = () => undefined,
}: {
  readonly key?: string;
  readonly now?: () => number;
  readonly answer?: (count: number) => IntakeAnswer | undefined;
} = {}) {
  const store = new DatadogStore();
  const requests: IntakeRequest[] = [];

  function judge(
    path: string,
    headers: IncomingHttpHeaders,
    raw: Buffer,
  ): { status: number; error?: string; text: string } {
    if (path !== 'POST /api/v2/series') return { status: 404, error: 'Not Found', text: '' };
    if (headers['dd-api-key'] !== key) return { status: 403, error: 'Forbidden', text: '' };
    if (headers['content-type'] !== 'application/json')
      return { status: 415, error: 'Unsupported Media Type', text: '' };
    if (raw.length > maxBytes) return { status: 413, error: 'Payload Too Large', text: '' };
    const decoded = decode(raw, headers['content-encoding']);
    if (decoded === undefined) return { status: 400, error: 'Bad Request: encoding', text: '' };
    if (decoded.length >= maxDecompressedBytes) return { status: 413, error: 'Payload Too Large', text: '' };
    const text = decoded.toString('utf8');
    try {
      store.accept(text, now());
      return { status: 202, text };
    } catch (error) {
      return { status: 400, error: `Bad Request: ${(error as Error).message}`, text };
    }
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const chosen = answer(requests.length + 1);
    if (chosen !== undefined && chosen !== 'lost') {
      requests.push({ headers: request.headers, bytes: raw.length, text: '', status: chosen.status });
      response.writeHead(chosen.status, chosen.headers).end(chosen.body ?? JSON.stringify({ errors: [] }));
      return;
    }
    const { status, error, text } = judge(`${request.method} ${request.url}`, request.headers, raw);
    requests.push({ headers: request.headers, bytes: raw.length, text, status });
    if (chosen === 'lost') request.socket.destroy();
    else {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: error === undefined ? [] : [error] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    store,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function decode(raw: Buffer, encoding: string | undefined): Buffer | undefined {
  try {
    if (encoding === 'gzip') return gunzipSync(raw);
    if (encoding === 'deflate') return inflateSync(raw);
    return encoding === undefined ? raw : undefined;
  } catch {
    return undefined;
  }
}
