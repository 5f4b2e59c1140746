/** A program that records while its endpoint misbehaves, and the totals that arrived. */
import { type Clock, counter, defineCatalogue, histogram, oneOf, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { decodeRequest, type Message, pointsOfRequest } from '../formats/otlp/message.js';
import type { FaultedRequest, FaultPeer } from '../support/fault-peer.js';

const queues = ['mail', 'print', 'scan'] as const;
const work = defineCatalogue({
  done: counter({ name: 'work.done', unit: '{job}', description: 'Done.', attributes: { queue: oneOf(...queues) } }),
  size: histogram({ name: 'work.size', unit: 'By', description: 'Sizes.', buckets: [1, 10, 100] }),
});

/** Totals of both metrics, recorded or delivered. */
export interface Totals {
  readonly done: number;
  readonly sizes: number;
  readonly sizeSum: number;
}

export type Temporality = 'delta' | 'cumulative';

/** Starts metrics that are exported to `endpoint` at an interval. */
export function startWork(
  endpoint: string,
  temporality: Temporality,
  {
    intervalMs,
    clock,
    certificate,
    shutdownTimeoutMs = 5_000,
  }: { intervalMs: number; clock?: Clock; certificate?: string | undefined; shutdownTimeoutMs?: number },
) {
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    logLevel: 'none',
    exportIntervalMs: intervalMs,
    shutdownTimeoutMs,
    catalogues: { work },
    backends: [otlp({ endpoint, temporality, certificate })],
    ...(clock === undefined ? {} : { clock }),
  });
  let recordings = 0;
  const record = () => {
    metrics.work.done.add(1, { queue: queues[recordings % queues.length] as (typeof queues)[number] });
    metrics.work.size.record(recordings % 200);
    recordings++;
  };
  const recorded = (): Totals => {
    let sizeSum = 0;
    for (let index = 0; index < recordings; index++) sizeSum += index % 200;
    return { done: recordings, sizes: recordings, sizeSum };
  };
  const status = () => {
    const [backend] = metrics.status().backends;
    if (backend === undefined) throw new Error('no backend is running');
    return backend;
  };
  return { metrics, record, recorded, status };
}

/** Records every few milliseconds until it is stopped, and measures the longest gap between two records. */
export function keepRecording(record: () => void, everyMs = 5) {
  let lastMs = performance.now();
  let longestGapMs = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    longestGapMs = Math.max(longestGapMs, nowMs - lastMs);
    lastMs = nowMs;
    record();
  }, everyMs);
  return { stop: () => clearInterval(timer), longestGapMs: () => longestGapMs };
}

/** Returns the sum over all requests for deltas, and the totals of the last request for cumulative points. */
export function totalsOf(requests: readonly FaultedRequest[], temporality: Temporality): Totals {
  const each = requests.map(({ body }) => totalsOfRequest(body));
  if (temporality === 'cumulative') return each.at(-1) ?? { done: 0, sizes: 0, sizeSum: 0 };
  const sum = (name: keyof Totals) => each.reduce((total, totals) => total + totals[name], 0);
  return { done: sum('done'), sizes: sum('sizes'), sizeSum: sum('sizeSum') };
}

function totalsOfRequest(body: Buffer): Totals {
  const done = pointsOf(body, 'work.done').reduce((sum, { as_double }) => sum + (as_double as number), 0);
  const sizes = pointsOf(body, 'work.size');
  return {
    done,
    sizes: sizes.reduce((total, { count }) => total + Number(count), 0),
    sizeSum: sizes.reduce((total, { sum }) => total + (sum as number), 0),
  };
}

/** Returns the number of points in the requests. */
export function countPoints(requests: readonly FaultedRequest[]): number {
  return requests.reduce((total, { body }) => total + pointsOfRequest(body).length, 0);
}

/** Returns the number of points that the account counts as exported, rejected or dropped. */
export function accountedPoints({
  points,
}: {
  points: { exported: number; rejected: number; dropped: object };
}): number {
  const dropped = Object.values(points.dropped) as number[];
  return points.exported + points.rejected + dropped.reduce((sum, count) => sum + count, 0);
}

/** Returns the requests of one fate. */
export function requestsOf(peer: FaultPeer, fate: FaultedRequest['fate']): FaultedRequest[] {
  return peer.requests.filter((request) => request.fate === fate);
}

/** Returns start and end of every point of a request in milliseconds since 1970-01-01 UTC. */
export function timesOf(body: Buffer): { startMs: number; endMs: number }[] {
  return pointsOfRequest(body).map(({ start_time_unix_nano, time_unix_nano }) => ({
    startMs: Number((start_time_unix_nano as bigint) / 1_000_000n),
    endMs: Number((time_unix_nano as bigint) / 1_000_000n),
  }));
}

function pointsOf(body: Buffer, name: string): Message[] {
  const list = (message: Message, key: string) => (message[key] ?? []) as Message[];
  return list(decodeRequest(body), 'resource_metrics')
    .flatMap((resource) => list(resource, 'scope_metrics'))
    .flatMap((scope) => list(scope, 'metrics'))
    .filter((metric) => metric['name'] === name)
    .flatMap((metric) => list((metric['sum'] ?? metric['histogram']) as Message, 'data_points'));
}
