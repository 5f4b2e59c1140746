/** Makes what sends series to Datadog. Loaded when the backend is started. */
import type { SpoolPlace } from '../../delivery/contract.js';
import type { Deliveries } from '../../delivery/deliveries.js';
import { memoryBacklog } from '../../delivery/memory-backlog.js';
import { requestSender } from '../../delivery/requests.js';
import type { Sender } from '../../delivery/sender.js';
import { openSpool } from '../../delivery/spool/spool.js';
import { createTransport, type Transport } from '../../delivery/transport.js';
import { originOf } from '../../formats/datadog/origin.js';
import { payloadsOf } from '../../formats/datadog/payloads.js';
import { SeriesEncoder } from '../../formats/datadog/series-encoder.js';
import type { Clock } from '../../model/clock.js';
import type { Answer } from '../../model/request.js';
import { version } from '../../version.js';
import { type DatadogOptions, seriesUrl } from './options.js';

/** Datadog drops points that are more than an hour old, and says nothing. Five minutes are for clocks that differ. */
export const mostAgeMs = 55 * 60_000;

/** What a sender needs beside its options. */
export interface SenderSurroundings {
  readonly preferences: Pick<Sender, 'aggregation' | 'temporality'>;
  readonly deliveries: Deliveries;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly spool: SpoolPlace | undefined;
  warn(message: string): void;
}

/**
 * What Datadog's Agent does not send again (documentation, "Agent Retry and Buffering Logic"), and 401, which a proxy
 * answers. All else that is no success is: 408 and 500 as well.
 */
const finalStatus = new Set([400, 401, 403, 413]);

/** A sender; nothing is connected yet. */
export async function openSender(
  options: DatadogOptions & { apiKey: string },
  surroundings: SenderSurroundings,
): Promise<Sender> {
  const { preferences, deliveries, clock, intervalMs, spool, warn } = surroundings;
  const { dropped } = deliveries;
  // The key is not part of it: what was kept before it was replaced is for the same account.
  const identity = seriesUrl(options);
  const place = spool && { ...spool, maxAgeMs: Math.min(spool.maxAgeMs, mostAgeMs) };
  const onDisk = await openSpool({ place, name: 'datadog', identity, clock, warn, dropped });
  const encoder = new SeriesEncoder({ clock, buckets: options.histograms === 'counters', intervalMs });
  const sender = requestSender({
    ...preferences,
    transport: transportOf(options, clock, deliveries.retried),
    deliveries,
    clock,
    backlog: onDisk ?? memoryBacklog({ clock, maxAgeMs: mostAgeMs, onExpired: (points) => dropped(points, 'too old') }),
    readAnswer: (body) => readAnswer(body, options.apiKey),
    async encode(collected) {
      await collected.walk(encoder);
      await encoder.resource?.waitForAsyncAttributes?.();
      return payloadsOf(encoder.chunks(), originOf(encoder.resource, options));
    },
  });
  return {
    ...sender,
    async send(collected, timeoutMs) {
      const outcome = await sender.send(collected, timeoutMs);
      // What failed is part of the next collection, and looked at again there.
      if (outcome.kind === 'failed') return outcome;
      encoder.accepted();
      if (encoder.inexpressible > 0) deliveries.rejected(encoder.inexpressible, 'their values are no finite numbers');
      encoder.inexpressible = 0;
      return outcome;
    },
  };
}

/** Says of what is refused for its key which option holds it. */
function transportOf(options: DatadogOptions & { apiKey: string }, clock: Clock, onRetry: () => void): Transport {
  const { apiKey, site, endpoint } = options;
  const transport = createTransport(
    {
      url: seriesUrl(options),
      headers: {
        'user-agent': `otelier/${version}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'dd-api-key': apiKey,
      },
      gzip: false,
      tls: {},
      retries: (status) => status >= 400 && !finalStatus.has(status),
    },
    clock,
    onRetry,
  );
  const place = endpoint === undefined ? `the site ${site} (DD_SITE)` : 'the endpoint';
  return {
    ...transport,
    async send(...request) {
      const posted = await transport.send(...request);
      if (posted.kind !== 'refused' || (posted.status !== 401 && posted.status !== 403)) return posted;
      return { ...posted, reason: `${posted.reason} (the API key, DD_API_KEY, is not one of ${place})` };
    },
  };
}

/**
 * `{"errors": []}`. Which points errors are about is not said, so that none of the request can be counted as arrived. What
 * is no such answer, as a proxy may give, says nothing. Nothing of it shows the key.
 */
function readAnswer(body: Uint8Array, apiKey: string): Answer {
  let errors: unknown;
  try {
    errors = (JSON.parse(Buffer.from(body).toString('utf8')) as { errors?: unknown } | null)?.errors;
  } catch {
    errors = undefined;
  }
  const messages = Array.isArray(errors)
    ? errors.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)))
    : [];
  return {
    rejectedPoints: messages.length > 0 ? Number.MAX_SAFE_INTEGER : 0,
    message: messages.join('; ').replaceAll(apiKey, '[redacted]'),
  };
}
