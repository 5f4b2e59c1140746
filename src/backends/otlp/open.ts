/** The exporter of one OTLP endpoint. Loaded when the backend starts. */
import type { DeliveryAccount } from '../../delivery/account.js';
import type { BackendContext } from '../../delivery/contract.js';
import type { Exporter, ExportPreferences } from '../../delivery/exporter.js';
import { createHttpClient, type HttpClient, type HttpTarget } from '../../delivery/http-client.js';
import { htmlDefect } from '../../delivery/http-response.js';
import { jsonDefect } from '../../delivery/json-defect.js';
import { requestExporter } from '../../delivery/request-exporter.js';
import { openSpool } from '../../delivery/spool/spool.js';
import { readTlsFiles } from '../../delivery/tls-files.js';
import { OtlpEncoder } from '../../formats/otlp/encoder.js';
import { OtlpJsonEncoder } from '../../formats/otlp/json-encoder.js';
import { isExportResponse, readExportResponse } from '../../formats/otlp/partial-success.js';
import type { Collected } from '../../model/collected.js';
import type { EncodedCollection } from '../../model/request.js';
import { version } from '../../version.js';
import type { OtlpOptions } from './options.js';
import { http2Remedy, usesGrpc } from './protocol.js';

/** Dependencies of the exporter, shared with its reader. */
export interface ExporterContext
  extends Pick<BackendContext, 'clock' | 'maxRetryAfterMs' | 'spool' | 'warn' | 'sourceOf'> {
  readonly preferences: ExportPreferences;
  readonly account: DeliveryAccount;
  readonly intervalMs: number;
}

/**
 * Creates the exporter. Opens the spool, if configured, and no connection.
 *
 * @throws {MetricsError} METRICS_PACKAGE_MISSING if protocol `grpc` is selected and its library cannot be loaded.
 */
export async function openExporter(options: OtlpOptions, context: ExporterContext): Promise<Exporter> {
  const { preferences, account, clock, intervalMs, maxRetryAfterMs, spool: location, warn } = context;
  const { maxRequestBytes } = options;
  const client = await openClient(options, context);
  const { dropped } = account;
  const spool = await openSpool({ location, name: 'otlp', identity: identityOf(options), clock, warn, dropped });
  const readAnswer = (body: Uint8Array) => readExportResponse(body) ?? { rejectedPoints: 0, message: '' };
  const common = { ...preferences, client, account, clock, intervalMs, maxRetryAfterMs, spool, readAnswer };
  if (isJson(options)) {
    const encoder = new OtlpJsonEncoder({ maxRequestBytes });
    return requestExporter({ ...common, encode: (collected) => encode(encoder, collected) });
  }
  const encoder = new OtlpEncoder({ maxRequestBytes });
  return requestExporter({
    ...common,
    encode: (collected) => encode(encoder, collected),
    recycle: (requests) => encoder.recycle(requests),
  });
}

async function openClient(options: OtlpOptions, context: ExporterContext): Promise<HttpClient> {
  if (!usesGrpc(options)) return createHttpClient(targetOf(options, context), context.clock);
  const { openGrpcClient } = await import('./grpc/open.js');
  return openGrpcClient(options, context);
}

async function encode(encoder: OtlpEncoder | OtlpJsonEncoder, collected: Collected): Promise<EncodedCollection> {
  await collected.walk(encoder);
  if (encoder.points === 0) return { requests: [], oversized: 0 };
  await encoder.resource?.waitForAsyncAttributes?.();
  const bodies = encoder.requests();
  const requests = bodies.map((body, index) => ({ body, points: encoder.pointsOfRequests[index] as number }));
  return { requests, oversized: encoder.oversized };
}

function targetOf(options: OtlpOptions, context: Pick<BackendContext, 'warn' | 'sourceOf'>): HttpTarget {
  const gzip = options.compression === 'gzip';
  return {
    url: options.endpoint,
    headers: {
      'user-agent': `otelier/${version}`,
      'content-type': isJson(options) ? 'application/json' : 'application/x-protobuf',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      // Node compares header names without case and sends the later of two equal ones.
      ...options.presetHeaders,
      ...options.headers,
    },
    gzip,
    http2Remedy: http2Remedy(new URL(options.endpoint)),
    tls: readTlsFiles(options, 'otlp', context),
    defectOf,
  };
}

/**
 * Returns why a response is not an `ExportMetricsServiceResponse`. The content type decides only about HTML: the
 * specification requires that of the request, but servers send others, or none, with valid bodies.
 */
function defectOf(body: Uint8Array, contentType: string): string | undefined {
  const isValid = readExportResponse(body) !== undefined;
  return (
    htmlDefect(body, contentType) ??
    jsonDefect(body, isExportResponse) ??
    (isValid ? undefined : 'the response body is not an OTLP response')
  );
}

/** Returns what identifies the endpoint. Headers are part of it: stored requests of one tenant must not reach another. */
function identityOf(options: OtlpOptions): string {
  const { endpoint, presetHeaders, headers } = options;
  const sent = Object.entries({ ...presetHeaders, ...headers }).sort();
  const format = isJson(options) ? 'json' : usesGrpc(options) ? 'grpc' : 'protobuf';
  return JSON.stringify([endpoint, format, sent]);
}

function isJson({ protocol }: OtlpOptions): boolean {
  return protocol === 'http/json';
}
