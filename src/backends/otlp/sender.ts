/** Sends collections as OTLP in protobuf, in as many requests as the limit of their size makes of one. */
import type { AggregationOption, AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import type { Clock } from '../../model/clock.js';
import type { Collected } from '../../model/collected.js';
import { type Deliveries, reasonOf } from '../deliveries.js';
import { type Outcome, type Sender, untraced } from '../sender.js';
import { OtlpEncoder } from './encoder/encoder.js';
import { readPartialSuccess } from './partial-success.js';
import type { Transport } from './transport.js';

/** What a sender needs. */
export interface OtlpSenderOptions {
  readonly transport: Transport;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly maxRequestBytes: number;
  aggregation(type: InstrumentType): AggregationOption;
  temporality(type: InstrumentType): AggregationTemporality;
}

/**
 * A sender of protobuf.
 *
 * When some requests of a collection were accepted and another one was not, the rest is kept as it is and sent before
 * the next collection is: what was accepted is never sent again, and nothing is lost.
 */
export function otlpSender({
  transport,
  deliveries,
  clock,
  maxRequestBytes,
  ...preferences
}: OtlpSenderOptions): Sender {
  const encoder = new OtlpEncoder({ maxRequestBytes });
  let kept: readonly Uint8Array[] = [];

  /** Sends requests in turn; resolves to the number that were accepted, and why the next one was not. */
  async function sendAll(requests: readonly Uint8Array[], endMs: number) {
    for (const [accepted, request] of requests.entries()) {
      const response = await untraced(() =>
        transport.send(request as Uint8Array<ArrayBuffer>, endMs - clock.monotonicMs()),
      );
      if (response.status !== 'success') {
        const error = 'error' in response ? response.error : undefined;
        return { accepted, reason: reasonOf(error ?? 'the endpoint asked to try later') };
      }
      const { rejectedPoints, message } = readPartialSuccess(response.data);
      if (rejectedPoints > 0 || message !== '') deliveries.rejected(rejectedPoints, reasonOf(message));
    }
    return { accepted: requests.length, reason: undefined };
  }

  async function send(collected: Collected, timeoutMs: number): Promise<Outcome> {
    const endMs = clock.monotonicMs() + timeoutMs;
    const before = await sendAll(kept, endMs);
    kept = kept.slice(before.accepted);
    if (before.reason !== undefined) return { kind: 'failed', reason: before.reason };
    await collected.walk(encoder);
    if (encoder.points === 0) return { kind: 'empty' };
    await encoder.resource?.waitForAsyncAttributes?.();
    const requests = encoder.requests();
    if (encoder.oversized > 0)
      deliveries.rejected(encoder.oversized, `one point alone is above ${maxRequestBytes} bytes`);
    const { accepted, reason } = await sendAll(requests, endMs);
    if (reason === undefined) return { kind: 'accepted' };
    if (accepted === 0) return { kind: 'failed', reason };
    kept = requests.slice(accepted);
    return { kind: 'kept', reason };
  }

  return {
    ...preferences,
    send,
    hurry: (active) => transport.hurry(active),
    close: async () => transport.shutdown(),
  };
}
