/**
 * The metrics of HTTP servers and clients, named by OpenTelemetry's semantic conventions.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
import { integer, oneOf, optional, text } from '../../catalogue/attributes.js';
import { histogram, upDownCounter } from '../../catalogue/definitions.js';
import { defaultCardinalityLimit, otherValue } from '../../model/instrument.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';

/** Limits of attribute values. */
export interface AttributeBounds {
  /** Known methods; all other methods become `_OTHER`. */
  readonly methods: readonly string[];
  /** Maximum number of routes; further routes become `_OTHER`. */
  readonly routes: number;
  /** Maximum number of requested servers; further servers become `_OTHER`. */
  readonly servers: number;
  /** Number of configured host names. */
  readonly hosts: number;
}

/** Maximum number of error types; further types become `_OTHER`. */
export const errorTypeLimit = 50;
/** Series per route or server, on average: its combinations of method, status and error. */
const seriesPerName = 16;

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Returns the cardinality limit of a metric with `names` routes or servers. */
export function seriesLimit(names: number): number {
  return Math.max(defaultCardinalityLimit, names * seriesPerName);
}

/** Returns the catalogue of the pack. */
export function httpCatalogue(bounds: AttributeBounds, options: PackCatalogueOptions = {}) {
  const method = { 'http.request.method': oneOf<string>(...bounds.methods, otherValue) };
  const scheme = { 'url.scheme': oneOf('http', 'https') };
  const response = {
    'http.response.status_code': optional(integer({ limit: 100 })),
    'error.type': optional(text({ limit: errorTypeLimit })),
    'network.protocol.version': optional(oneOf('1.0', '1.1', '2')),
  };
  const host = {
    'server.address': optional(text({ limit: Math.max(1, bounds.hosts) })),
    // One port per configured host, and one more because a host without a port has 80 or 443, by scheme.
    'server.port': optional(integer({ limit: bounds.hosts + 1 })),
  };
  return definePackCatalogue(
    {
      serverDuration: histogram({
        name: 'http.server.request.duration',
        unit: 's',
        description: 'Duration of HTTP server requests.',
        buckets: durationBuckets,
        attributes: {
          ...method,
          ...scheme,
          'http.route': optional(text({ limit: bounds.routes })),
          ...response,
          ...host,
        },
        cardinalityLimit: seriesLimit(bounds.routes),
        stability: 'stable',
      }),
      serverActiveRequests: upDownCounter({
        name: 'http.server.active_requests',
        unit: '{request}',
        description: 'Number of active HTTP server requests.',
        attributes: { ...method, ...scheme, ...host },
      }),
      clientDuration: histogram({
        name: 'http.client.request.duration',
        unit: 's',
        description: 'Duration of HTTP client requests.',
        buckets: durationBuckets,
        attributes: {
          ...method,
          ...scheme,
          'server.address': text({ limit: bounds.servers }),
          'server.port': optional(integer({ limit: bounds.servers })),
          ...response,
        },
        cardinalityLimit: seriesLimit(bounds.servers),
        stability: 'stable',
      }),
    },
    options,
  );
}

/** The definitions of the catalogue. */
export type HttpDefinitions = ReturnType<typeof httpCatalogue>['definitions'];
