/** The exporter for Datadog. Loaded when the backend starts. */
import type { DeliveryAccount } from '../../delivery/account.js';
import type { BackendContext } from '../../delivery/contract.js';
import type { Exporter, ExportPreferences } from '../../delivery/exporter.js';
import { gzip } from '../../delivery/gzip.js';
import { createHttpClient, type HttpClient } from '../../delivery/http-client.js';
import { htmlDefect } from '../../delivery/http-response.js';
import { jsonDefect } from '../../delivery/json-defect.js';
import { MemoryQueue } from '../../delivery/memory-queue.js';
import { requestExporter } from '../../delivery/request-exporter.js';
import { openSpool } from '../../delivery/spool/spool.js';
import { originOf } from '../../formats/datadog/origin.js';
import { payloadsOf } from '../../formats/datadog/payloads.js';
import { SeriesEncoder } from '../../formats/datadog/series-encoder.js';
import type { Clock } from '../../model/clock.js';
import type { Answer } from '../../model/request.js';
import { version } from '../../version.js';
import { type DatadogOptions, seriesUrl } from './options.js';

/** Maximum age of points. Datadog silently drops points older than an hour; five minutes allow for clock skew. */
export const maxAgeMs = 55 * 60_000;

/** Dependencies of the exporter, shared with its reader. */
export interface ExporterContext extends Pick<BackendContext, 'clock' | 'maxRetryAfterMs' | 'spool' | 'warn'> {
  readonly preferences: ExportPreferences;
  readonly account: DeliveryAccount;
  readonly intervalMs: number;
}

/**
 * Status codes that are not retried: those of Datadog's Agent (documentation, "Agent Retry and Buffering Logic"), and 401,
 * which proxies send. All other errors are retried, 408 and 500 included.
 */
const finalStatus = new Set([400, 401, 403, 413]);

/** Creates the exporter. Opens the spool, if configured, and no connection. */
export async function openExporter(
  options: DatadogOptions & { apiKey: string },
  context: ExporterContext,
): Promise<Exporter> {
  const { preferences, account, clock, intervalMs, maxRetryAfterMs, warn } = context;
  const { dropped } = account;
  // The key is not part of the identity: requests stored under an old key belong to the same account.
  const identity = seriesUrl(options);
  const location = context.spool && { ...context.spool, maxAgeMs: Math.min(context.spool.maxAgeMs, maxAgeMs) };
  const spool = await openSpool({ location, name: 'datadog', identity, clock, warn, dropped });
  const encoder = new SeriesEncoder({ clock, buckets: options.histograms === 'counters', intervalMs });
  return requestExporter({
    ...preferences,
    client: clientOf(options, clock),
    account,
    clock,
    intervalMs,
    maxRetryAfterMs,
    spool,
    memory: new MemoryQueue({ clock, maxAgeMs, onExpired: (points) => dropped(points, 'too old') }),
    readAnswer: (body) => readAnswer(body, options.apiKey),
    async encode(collected) {
      await collected.walk(encoder);
      await encoder.resource?.waitForAsyncAttributes?.();
      return payloadsOf(encoder.chunks(), originOf(encoder.resource, options), gzip);
    },
    onSettled() {
      encoder.accepted();
      if (encoder.inexpressible > 0) account.rejected(encoder.inexpressible, 'values are not finite');
      encoder.inexpressible = 0;
    },
  });
}

/** Returns a client that names the option at fault when the key is refused. */
function clientOf(options: DatadogOptions & { apiKey: string }, clock: Clock): HttpClient {
  const { apiKey, site, endpoint } = options;
  const client = createHttpClient(
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
      retryable: (status) => status >= 400 && !finalStatus.has(status),
      defectOf,
    },
    clock,
  );
  const peer = endpoint === undefined ? `site ${site} (DD_SITE)` : 'the endpoint';
  return {
    ...client,
    async post(body, timeoutMs) {
      const result = await client.post(body, timeoutMs);
      if (result.kind !== 'refused' || (result.status !== 401 && result.status !== 403)) return result;
      return { ...result, reason: `${peer} does not accept the API key, check DD_API_KEY: ${result.reason}` };
    },
  };
}

/**
 * Returns why a response is not one of an intake: it is an HTML page, JSON without `errors` that is not an object or
 * reports an error, or declared as JSON and not JSON.
 */
function defectOf(body: Uint8Array, contentType: string): string | undefined {
  const defect = htmlDefect(body, contentType) ?? jsonDefect(body, ({ errors }) => Array.isArray(errors));
  if (defect !== undefined || body.length === 0 || !/^application\/json\b/i.test(contentType)) return defect;
  try {
    JSON.parse(Buffer.from(body).toString('utf8'));
    return undefined;
  } catch {
    return 'the response body is not JSON';
  }
}

/**
 * Reads `{"errors": []}`. Errors do not name points, so all points of the request count as rejected. Another body that
 * has no defect, such as that of an agent, counts as acceptance. The message does not contain the key.
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
