/**
 * The metrics of HTTP servers and clients, as the semantic conventions of OpenTelemetry name them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
import { integer, oneOf, optional, text } from '../../catalogue/attributes.js';
import { type CatalogueOptions, defineCatalogue } from '../../catalogue/catalogue.js';
import { histogram, upDownCounter } from '../../catalogue/definitions.js';
import { defaultCardinalityLimit, otherValue } from '../../model/instrument.js';

/** What attributes are bounded by. */
export interface AttributeBounds {
  /** Methods that are told apart; any other one is `_OTHER`. */
  readonly methods: readonly string[];
  /** Routes of the application that have series of their own. */
  readonly routes: number;
  /** Servers requested that have series of their own. */
  readonly servers: number;
  /** Names that the application's own servers are called by. */
  readonly hosts: number;
}

/** Kinds of error that have series of their own. */
export const errorTypeLimit = 50;
/** Series that a metric may have for each route or server: methods, statuses and errors of it. */
const seriesOfOne = 16;

const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** How many series the metric of so many routes or servers may have. */
export function seriesLimit(names: number): number {
  return Math.max(defaultCardinalityLimit, names * seriesOfOne);
}

/** The catalogue, its names prefixed when a namespace is given. */
export function httpCatalogue(bounds: AttributeBounds, options: CatalogueOptions = {}) {
  const method = { 'http.request.method': oneOf<string>(...bounds.methods, otherValue) };
  const scheme = { 'url.scheme': oneOf('http', 'https') };
  const response = {
    'http.response.status_code': optional(integer({ limit: 100 })),
    'error.type': optional(text({ limit: errorTypeLimit })),
    'network.protocol.version': optional(oneOf('1.0', '1.1', '2')),
  };
  // One more for the name of those that are none of them: it is no value beyond the limit.
  const host = {
    'server.address': optional(text({ limit: bounds.hosts + 1 })),
    'server.port': optional(integer({ limit: bounds.hosts + 1 })),
  };
  return defineCatalogue(
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
