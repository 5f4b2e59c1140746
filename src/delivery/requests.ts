/**
 * Delivers collections as requests, in turn: what a backend that encodes by itself is made of.
 *
 * A request that was accepted or refused is never sent again. One that was neither is, later and before all that comes
 * after it: nothing is lost, nothing is sent twice unless its answer was, and nothing overtakes.
 */

import type { Clock } from '../model/clock.js';
import type { Collected } from '../model/collected.js';
import type { Answer, EncodedCollection, EncodedRequest } from '../model/request.js';
import type { Backlog, Blocked, PostResult } from './backlog.js';
import { type Deliveries, reasonOf } from './deliveries.js';
import { type DurableDelivery, durableDelivery } from './durable.js';
import { memoryBacklog } from './memory-backlog.js';
import { type Outcome, type Sender, untraced } from './sender.js';
import type { Transport } from './transport.js';

/** What a sender of requests needs. */
export interface RequestSenderOptions extends Pick<Sender, 'aggregation' | 'temporality'> {
  readonly transport: Transport;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  /** Where requests wait; in memory, for the rest of one collection, by default. */
  readonly backlog?: Backlog | undefined;
  encode(collected: Collected): Promise<EncodedCollection>;
  readAnswer?(body: Uint8Array): Answer;
  /** Told of requests that nobody reads any more. */
  recycle?(requests: readonly Uint8Array[]): void;
}

/** A sender of requests, one at a time. */
export function requestSender(options: RequestSenderOptions): Sender {
  const { transport, deliveries, clock, encode, readAnswer, recycle, aggregation, temporality } = options;
  const withoutSecrets = transport.withoutSecrets ?? ((text: string) => text);

  /** Enters what became of the points. */
  async function post({ body, points }: EncodedRequest, timeoutMs: number, once?: boolean): Promise<PostResult> {
    if (timeoutMs <= 0) return { kind: 'unavailable', reason: 'the time for an export was over' };
    const posted = await untraced(() => transport.send(body, timeoutMs, once));
    if (posted.kind === 'unavailable') return posted;
    if (posted.kind === 'refused') {
      deliveries.dropped(points, 'refused');
      return { refused: posted.reason };
    }
    const { rejectedPoints, message } = readAnswer?.(posted.body) ?? { rejectedPoints: 0, message: '' };
    const rejected = Math.min(points, Math.max(0, rejectedPoints));
    deliveries.exported(points - rejected);
    if (rejected > 0 || message !== '') deliveries.rejected(rejected, reasonOf(withoutSecrets(message)));
    return {};
  }

  const backlog = options.backlog ?? memoryBacklog();
  deliveries.countWaiting(() => backlog.waiting());
  const durable = backlog.durable ? durableDelivery(backlog, clock, post) : undefined;
  let answeredBefore = 0;

  async function sendBacklog(endMs: number): Promise<Blocked | undefined> {
    for (;;) {
      const request = await backlog.first();
      if (request === undefined) return undefined;
      const posted = await post(request, endMs - clock.monotonicMs());
      if (posted.kind !== undefined) return posted;
      await backlog.removeFirst();
    }
  }

  async function sendFromMemory(collected: Collected, timeoutMs: number): Promise<Outcome> {
    const endMs = clock.monotonicMs() + timeoutMs;
    let blocked = await sendBacklog(endMs);
    if (blocked !== undefined) return failedBy(blocked);
    const { requests, oversized } = await encode(collected);
    let next = 0;
    let refused: string | undefined;
    while (blocked === undefined && next < requests.length) {
      const posted = await post(requests[next] as EncodedRequest, endMs - clock.monotonicMs());
      if (posted.kind !== undefined) blocked = posted;
      else {
        refused ??= posted.refused;
        next++;
      }
    }
    // What nothing was sent of is part of the next collection, with the points that are too large.
    if (blocked !== undefined && next === 0) return failedBy(blocked);
    if (blocked !== undefined && !(await backlog.keep(requests.slice(next)))) {
      for (const { points } of requests.slice(next)) deliveries.dropped(points, 'not kept');
    }
    if (oversized > 0) deliveries.dropped(oversized, 'too large');
    if (blocked === undefined) recycle?.(requests.map(({ body }) => body));
    if (blocked !== undefined) return { ...failedBy(blocked), kind: 'kept' };
    if (refused !== undefined) return { kind: 'refused', reason: refused };
    return requests.length === 0 ? { kind: 'empty' } : { kind: 'accepted' };
  }

  async function sendDurably(delivery: DurableDelivery, collected: Collected, timeoutMs: number): Promise<Outcome> {
    const endMs = clock.monotonicMs() + timeoutMs;
    // Before anything is delivered: what was collected is of now.
    const { requests, oversized } = await encode(collected);
    const { taken, blocked, refused, late = false } = await delivery.deliver(requests, endMs);
    if (blocked !== undefined && taken === 0 && requests.length > 0) return failedBy(blocked);
    for (const { points } of requests.slice(taken)) deliveries.dropped(points, 'not kept');
    if (oversized > 0) deliveries.dropped(oversized, 'too large');
    recycle?.(requests.map(({ body }) => body));
    const hasDelivered = delivery.answered() > answeredBefore;
    answeredBefore = delivery.answered();
    // Whatever an endpoint asks for, collections go on, and are kept: it is the delivery that waits.
    if (blocked !== undefined) return { kind: 'kept', reason: blocked.reason };
    if (refused !== undefined) return { kind: 'refused', reason: refused };
    return hasDelivered ? { kind: 'accepted', late } : { kind: 'empty' };
  }

  return {
    aggregation,
    temporality,
    send: (collected, timeoutMs) =>
      durable === undefined ? sendFromMemory(collected, timeoutMs) : sendDurably(durable, collected, timeoutMs),
    hurry(active) {
      durable?.hurry(active);
      transport.hurry(active);
    },
    async close() {
      if (durable !== undefined) {
        // The one on its way is answered or fails; it is not tried again.
        transport.hurry(true);
        await durable.close();
      }
      transport.close();
      const lost = await backlog.close();
      if (lost > 0) deliveries.dropped(lost, 'closed');
    },
  };
}

function failedBy({ reason, retryAfterMs }: Blocked): Outcome & { kind: 'failed' } {
  return { kind: 'failed', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
